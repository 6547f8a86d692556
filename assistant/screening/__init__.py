"""Candidates of a list question -> a verdict for each: does the paper belong in the answer?"""
