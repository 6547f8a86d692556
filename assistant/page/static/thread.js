// The open conversation: asks, shows turns, keeps them. Knows the order of turns; does not know their looks.
import * as store from "./store.js";
import { Runs } from "./ask.js";

const byId = (id) => document.getElementById(id);

const element = (html) => {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.firstElementChild;
};

export class Thread {
  constructor({ send, server, ready, sources, changed, giveBack }) {
    Object.assign(this, { server, ready, sources, changed, giveBack, turns: [], pending: null, chat: "" });
    this.runs = new Runs({
      send,
      server,
      show: (html) => this.#live(html),
      finish: (message) => this.#finish(message),
      lost: (words) => this.#lost(words),
    });
  }

  get last() {
    return this.turns.at(-1);
  }

  turn(id) {
    return this.turns.find((turn) => turn.id === id);
  }

  fresh() {
    if (this.runs.busy) this.runs.stop();
    Object.assign(this, { turns: [], chat: store.newId(), pending: null });
    byId("pa-thread").replaceChildren();
    this.sources.clear();
    store.open(this.chat);
    this.changed();
  }

  // Ask; with `from`, the turn of that id and all after it are replaced.
  ask(question, { understood = "", scope = [], from = "" } = {}) {
    if (this.runs.busy || !question.trim()) return false;
    const at = from ? this.turns.findIndex((turn) => turn.id === from) : -1;
    const dropped = at >= 0 ? this.turns.slice(at) : [];
    const kept = at >= 0 ? this.turns.slice(0, at) : this.turns;
    for (const turn of dropped) this.#article(turn.id)?.remove();
    const article = element('<article class="turn"><div class="asked"><h2></h2></div><div class="live-place"></div></article>');
    article.querySelector("h2").textContent = question;
    byId("pa-thread").append(article);
    this.pending = { article, question, scope, dropped, kept };
    this.#live('<div class="answer live"><p class="stage"><span class="pulse"></span>Asking</p></div>');
    this.changed();
    byId("pa-scroll").scrollTo({ top: article.offsetTop - 12, behavior: "auto" });
    this.runs.start({ question, understood, scope, turns: kept });
    return true;
  }

  #article(id) {
    return byId("pa-thread").querySelector(`[data-turn="${CSS.escape(id)}"]`);
  }

  #live(html) {
    const place = this.pending?.article.querySelector(".live-place");
    if (place) place.innerHTML = html;
  }

  #finish({ turn, html, sources }) {
    const { article, kept } = this.pending;
    this.pending = null;
    article.replaceWith(element(html));
    this.turns = [...kept, turn];
    this.sources.keep(turn.id, sources);
    this.sources.show(turn.id, turn.question);
    const fits = store.save(this.chat, this.turns);
    const cited = new Set(turn.answer.citations.map((citation) => citation.number)).size;
    byId("pa-announce").textContent = `Answer ready, ${cited} ${cited === 1 ? "source" : "sources"}.`;
    this.changed(fits ? "" : "This browser's storage is full; the conversation is not kept.");
  }

  // No answer came. The question goes back into the box, replaced turns come back.
  #lost(words) {
    const { article, question, dropped, kept } = this.pending;
    this.pending = null;
    article.remove();
    this.turns = [...kept, ...dropped];
    this.giveBack(question);
    this.changed(words);
    if (dropped.length) this.open(this.chat);
  }

  async open(id) {
    if (this.runs.busy) this.runs.stop();
    this.chat = id;
    this.pending = null;
    store.open(id);
    const rows = store.turnsOf(id);
    this.turns = rows;
    this.sources.clear();
    byId("pa-thread").innerHTML = rows.length ? '<p class="empty">Opening this conversation</p>' : "";
    this.changed();
    if (!rows.length) return;
    await this.ready;
    const drawn = await this.server.turns({ turns: rows }).catch(() => ({ problem: "This conversation could not be shown. Reload the page." }));
    if (this.chat !== id || this.pending) return;
    byId("pa-thread").replaceChildren();
    if (drawn.problem) {
      this.changed(drawn.problem);
      return;
    }
    // What the server could not read is not sent to it again either.
    this.turns = drawn.turns.map((message) => rows.find((row) => row.id === message.turn.id) || message.turn);
    for (const message of drawn.turns) {
      byId("pa-thread").append(element(message.html));
      this.sources.keep(message.turn.id, message.sources);
    }
    if (this.last) this.sources.show(this.last.id, this.last.question);
    this.changed();
    byId("pa-scroll").scrollTop = byId("pa-scroll").scrollHeight;
  }
}
