// The box in which questions are written, and the chips of the papers asked. Does not know conversations.
const byId = (id) => document.getElementById(id);
const SHOWN = 4;

export class Composer {
  #edited = "";

  constructor({ submit, stop, editLast }) {
    this.scope = new Map();
    this.box = byId("pa-question");
    this.box.addEventListener("input", () => this.#grow());
    this.box.addEventListener("keydown", (event) => {
      // An Enter that ends the composition of a character is not a question.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        submit();
      }
      if (event.key === "ArrowUp" && !this.box.value) {
        event.preventDefault();
        editLast();
      }
    });
    byId("pa-composer").addEventListener("submit", (event) => {
      event.preventDefault();
      submit();
    });
    document.addEventListener("keydown", (event) => {
      const writes = event.target.closest?.("input, textarea, select, [contenteditable]");
      if (event.key === "/" && !writes && !event.ctrlKey && !event.metaKey && !document.querySelector("dialog[open]")) {
        event.preventDefault();
        if (document.querySelector(".pa").dataset.view === "papers") {
          byId("pa-filters").elements.query.focus();
          return;
        }
        document.querySelector('.pa [data-do="view"][data-view="chat"]').click();
        this.focus();
      }
      if (event.key === "Escape" && !document.querySelector("dialog[open]")) stop();
    });
  }

  // The turn whose question stands in the box to be asked in place of the old one; "" is none.
  get editing() {
    return this.#edited;
  }

  set editing(turn) {
    this.#edited = turn;
    byId("pa-editing").hidden = !turn;
  }

  // Gives up an edit: the box is empty again.
  unedit() {
    if (!this.editing) return false;
    this.editing = "";
    this.words = "";
    this.unlimit();
    return true;
  }

  get words() {
    return this.box.value.trim();
  }

  set words(text) {
    this.box.value = text;
    this.#grow();
  }

  focus() {
    this.box.focus();
    this.box.setSelectionRange(this.box.value.length, this.box.value.length);
  }

  busy(isBusy) {
    const hadFocus = document.activeElement === byId("pa-send") || document.activeElement === byId("pa-stop");
    byId("pa-send").hidden = isBusy;
    byId("pa-stop").hidden = !isBusy;
    if (hadFocus) this.box.focus();
  }

  reset() {
    this.leave();
    this.words = "";
    this.focus();
  }

  // Another conversation is shown: what was limited or edited belonged to the one before.
  leave() {
    this.unedit();
    this.unlimit();
  }

  get pairs() {
    return [...this.scope];
  }

  limit(pairs) {
    this.scope = new Map(pairs);
    this.#chips();
  }

  unlimit(paper) {
    if (paper) this.scope.delete(paper);
    else this.scope.clear();
    this.#chips();
  }

  #grow() {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, 200)}px`;
  }

  #chips() {
    const list = byId("pa-scope");
    list.hidden = this.scope.size === 0;
    const chip = (paper, words, label) => {
      const item = document.createElement("li");
      const name = document.createElement("span");
      name.textContent = words;
      name.title = words;
      item.append(name);
      if (label) {
        const button = document.createElement("button");
        button.type = "button";
        button.dataset.do = "unscope";
        button.dataset.paper = paper;
        button.setAttribute("aria-label", label);
        button.textContent = "×";
        item.append(button);
      }
      return item;
    };
    const pairs = this.pairs;
    const chips = pairs.slice(0, SHOWN).map(([paper, title]) => chip(paper, title, `Ask without ${title}`));
    if (pairs.length > SHOWN) chips.push(chip("", `and ${pairs.length - SHOWN} more`, ""));
    if (pairs.length > 1) chips.push(chip("", "Ask all papers", "Ask all papers again"));
    const head = document.createElement("li");
    head.className = "scope-head";
    head.textContent = "Only";
    list.replaceChildren(head, ...chips);
    this.box.placeholder = pairs.length ? `Ask about ${pairs.length === 1 ? "this paper" : "these papers"}` : "Ask about the papers";
  }
}
