"""What each word of the command line does; `assistant.cli` says how it is called."""
