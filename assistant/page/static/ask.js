// One question under way. Knows the run, its messages, its stop and its silence; does not know storage.
import { newId } from "./store.js";

const SILENT_MS = 12000;
const STOP_MS = 5000;

const slim = ({ id, question, answer }) => ({
  id,
  question,
  answer: { ...answer, trace: { ...answer.trace, not_cited: [], dropped: [], dropped_citations: [] } },
});

export class Runs {
  constructor({ send, server, show, finish, lost }) {
    Object.assign(this, { send, server, show, finish, lost, current: null });
    window.addEventListener("pa-message", (event) => this.#take(event.detail));
  }

  get busy() {
    return this.current !== null;
  }

  start({ question, understood = "", scope = [], turns }) {
    const run = newId();
    this.current = { run, heard: Date.now(), misses: 0, stopping: 0 };
    this.current.watch = setInterval(() => this.#watch(), 1500);
    this.send({ run, question, understood, scope, turns: turns.map(slim) });
    return run;
  }

  stop() {
    if (!this.current) return;
    this.current.stopping = Date.now();
    this.server.stop({ run: this.current.run }).catch(() => {});
  }

  // Nobody waits for the answer any more.
  forget() {
    if (this.current) this.#end(() => {});
  }

  #take(detail) {
    let message;
    try {
      message = JSON.parse(detail);
    } catch {
      return;
    }
    if (!this.current || message.run !== this.current.run) return;
    this.current.heard = Date.now();
    this.current.misses = 0;
    if (message.kind === "live") this.show(message.html);
    else this.#end(() => this.finish(message));
  }

  #end(then) {
    clearInterval(this.current.watch);
    this.current = null;
    then();
  }

  // A server that died sends nothing; ask it for a sign of life before giving the question back.
  async #watch() {
    const mine = this.current;
    if (!mine) return;
    if (mine.stopping && Date.now() - mine.stopping > STOP_MS) {
      this.#end(() => this.lost("Stopped."));
      return;
    }
    if (Date.now() - mine.heard < SILENT_MS) return;
    try {
      await this.server.ready({});
      mine.misses = 0;
    } catch {
      mine.misses += 1;
    }
    if (this.current === mine && mine.misses >= 2)
      this.#end(() => this.lost("The program that answers does not reply. Your question is back in the box."));
  }
}
