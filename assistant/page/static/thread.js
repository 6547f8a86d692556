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
    this.#leave();
    Object.assign(this, { turns: [], chat: store.newId(), pending: null });
    byId("pa-thread").replaceChildren();
    this.sources.clear();
    store.open(this.chat);
    this.changed();
  }

  // The question under way is given up when another conversation is shown.
  #leave() {
    if (!this.runs.busy) return;
    this.runs.stop();
    this.runs.forget();
    store.asking(null);
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
    this.sources.wait(question);
    byId("pa-announce").textContent = "Looking for an answer.";
    store.asking({ chat: this.chat, question });
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
    const { article, kept, dropped } = this.pending;
    this.pending = null;
    store.asking(null);
    const shown = element(html);
    article.replaceWith(shown);
    // What another tab added to this conversation meanwhile is kept too.
    const known = new Set([...kept, ...dropped].map((row) => row.id));
    const added = store.turnsOf(this.chat).filter((row) => !known.has(row.id));
    this.turns = [...kept, ...added, turn];
    this.sources.keep(turn.id, sources);
    this.sources.show(turn.id, turn.question);
    const fits = store.save(this.chat, this.turns);
    const cited = new Set(turn.answer.citations.map((citation) => citation.number)).size;
    const said = shown.querySelector(".status")?.textContent || "Answer ready";
    byId("pa-announce").textContent = `${said}, ${cited} ${cited === 1 ? "source" : "sources"}.`;
    this.changed(fits ? "" : "This browser's storage is full; the conversation is not kept.");
    if (added.length) this.open(this.chat);
  }

  // Another tab wrote into this conversation.
  follow() {
    const stored = store.turnsOf(this.chat);
    const same = stored.length === this.turns.length && stored.every((row, at) => row.id === this.turns[at].id);
    if (!this.pending && stored.length && !same) this.open(this.chat);
  }

  judged(id, reason) {
    this.turn(id).judged = reason;
    store.save(this.chat, this.turns);
    this.#judgements();
  }

  #judgements() {
    for (const { id, judged } of this.turns)
      for (const thumb of this.#article(id)?.querySelectorAll('[data-do="good"], [data-do="bad"]') || []) {
        const chosen = Boolean(judged) && (judged === "good") === (thumb.dataset.do === "good");
        thumb.classList.toggle("chosen", chosen);
        thumb.setAttribute("aria-pressed", String(chosen));
      }
  }

  // No answer came. The question goes back into the box, replaced turns come back.
  #lost(words) {
    const { article, question, dropped, kept } = this.pending;
    this.pending = null;
    store.asking(null);
    article.remove();
    this.turns = [...kept, ...dropped];
    this.giveBack(question);
    this.changed(words);
    if (dropped.length) this.open(this.chat);
    else if (this.last) this.sources.show(this.last.id, this.last.question);
    else this.sources.clear();
  }

  async open(id) {
    this.#leave();
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
    this.#judgements();
    this.changed();
    const article = byId("pa-thread").lastElementChild;
    if (article) byId("pa-scroll").scrollTop = article.offsetTop - 12;
  }
}
