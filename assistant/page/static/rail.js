// The list of conversations. Knows names and clicks; does not know turns.
import * as store from "./store.js";
import { toast } from "./say.js";

const byId = (id) => document.getElementById(id);

const dayOf = (time) => {
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(time || 0).setHours(0, 0, 0, 0)) / 86400000);
  if (days < 1) return "Today";
  if (days === 1) return "Yesterday";
  return days < 8 ? "This week" : "Earlier";
};

export class Rail {
  constructor({ open, closed }) {
    Object.assign(this, { openChat: open, closed });
    byId("pa-rail-find").addEventListener("input", () => this.draw());
  }

  draw(current = store.open()) {
    const list = byId("pa-chats");
    const words = byId("pa-rail-find").value;
    const found = store.matching(words);
    let day = "";
    list.replaceChildren(...found.flatMap((chat) => {
      const row = this.#row(chat, chat.id === current);
      const mine = dayOf(chat.updated);
      if (mine === day) return [row];
      day = mine;
      const head = document.createElement("li");
      head.className = "when";
      head.textContent = day;
      return [head, row];
    }));
    if (!found.length) {
      const none = document.createElement("li");
      none.className = "empty";
      none.textContent = words ? "No conversation has these words." : "Your conversations will be listed here.";
      list.append(none);
    }
  }

  #row(chat, isOpen) {
    const row = document.createElement("li");
    row.className = "chat-row";
    row.dataset.chat = chat.id;
    const name = document.createElement("button");
    name.type = "button";
    name.className = "chat-name";
    name.textContent = chat.title;
    name.title = chat.title;
    if (isOpen) name.setAttribute("aria-current", "true");
    name.onclick = () => this.openChat(chat.id);
    row.append(name, this.#small("Rename", "edit", () => this.#rename(row, chat)), this.#small("Delete", "trash", () => this.#remove(chat)));
    return row;
  }

  #small(words, icon, run) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `quiet row-tool ${icon}`;
    button.setAttribute("aria-label", words);
    button.title = words;
    button.onclick = run;
    return button;
  }

  #rename(row, chat) {
    const field = document.createElement("input");
    field.value = chat.title;
    field.maxLength = 120;
    field.setAttribute("aria-label", "Name of this conversation");
    let done = false;
    const end = (keep) => {
      if (done) return;
      done = true;
      if (keep && field.value.trim()) store.rename(chat.id, field.value.trim());
      this.draw();
      this.closed(chat.id, "renamed");
      document.querySelector(`[data-chat="${CSS.escape(chat.id)}"] .chat-name`)?.focus();
    };
    field.onkeydown = (event) => {
      event.stopPropagation();
      if (event.key === "Enter") end(true);
      if (event.key === "Escape") end(false);
    };
    field.onblur = () => end(true);
    row.replaceChildren(field);
    field.select();
  }

  #remove(chat) {
    const removed = store.remove(chat.id);
    this.draw();
    this.closed(chat.id, "deleted");
    const undo = () => {
      store.restore(removed);
      this.draw();
    };
    toast("Conversation deleted.", { words: "Undo", run: undo });
  }
}
