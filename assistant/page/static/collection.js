// The papers tab and the dialog of one paper: browse, filter, select. Does not know answers.
import { toast } from "./say.js";

const byId = (id) => document.getElementById(id);

export class Collection {
  constructor({ server, ready }) {
    Object.assign(this, { server, ready, picked: new Map(), listed: [], like: "", page: 1, asked: 0, seen: false });
    const form = byId("pa-filters");
    let timer = 0;
    form.addEventListener("input", (event) => {
      // Words are looked for in the whole collection.
      if (event.target.name === "query") this.#likeOf("", "");
      clearTimeout(timer);
      timer = setTimeout(() => this.load(1), 180);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.load(1);
    });
  }

  show() {
    if (!this.seen) this.load(1);
    if (matchMedia("(min-width: 1100px)").matches) byId("pa-filters").elements.query.focus({ preventScroll: true });
  }

  // Lists the papers nearest to one; without a paper, all again.
  nearest(paper, title) {
    const form = byId("pa-filters");
    form.elements.query.value = "";
    form.elements.topic.value = "-1";
    form.elements.code.checked = false;
    this.#likeOf(paper, title);
    this.load(1).then(() => form.closest(".view").scrollTo({ top: 0 }));
  }

  // Lists the papers of one topic of the map.
  async ofTopic(number) {
    const { query, topic, code } = byId("pa-filters").elements;
    query.value = "";
    code.checked = false;
    this.#likeOf("", "");
    if (topic.options.length === 1) await this.load(1);
    topic.value = String(number);
    this.load(1);
  }

  #likeOf(paper, title) {
    this.like = paper;
    byId("pa-like").hidden = !paper;
    byId("pa-like").firstElementChild.textContent = `More like “${title}”`;
  }

  async load(page) {
    const form = new FormData(byId("pa-filters"));
    const turn = (this.asked += 1);
    if (!this.seen) byId("pa-papers").innerHTML = '<p class="empty">Opening the collection</p>';
    await this.ready;
    const wish = {
      query: form.get("query"),
      sort: form.get("sort"),
      topic: Number(form.get("topic")),
      code: form.get("code") === "on",
      like: this.like,
      page,
    };
    const found = await this.server.browse(wish).catch(() => ({ problem: "The papers could not be read. Try again." }));
    if (turn !== this.asked) return;
    if (found.problem) {
      byId("pa-papers").innerHTML = '<p class="empty"></p>';
      byId("pa-papers").firstChild.textContent = found.problem;
      return;
    }
    this.seen = true;
    this.page = found.page;
    byId("pa-papers").innerHTML = found.html;
    byId("pa-count").textContent = found.told;
    this.listed = found.all;
    byId("pa-pick-all").hidden = !found.all.length;
    byId("pa-pick-all").textContent = found.all.length === 1 ? "Select it" : `Select all ${found.all.length}`;
    byId("pa-filters").querySelector('[value="year"]').hidden = !found.years;
    this.#topics(found.topics);
    for (const box of byId("pa-papers").querySelectorAll("[data-do=pick]"))
      box.checked = this.picked.has(box.dataset.paper);
  }

  turnTo(page) {
    this.load(page).then(() => byId("pa-filters").scrollIntoView({ block: "start" }));
  }

  #topics(topics) {
    const select = byId("pa-filters").elements.topic;
    byId("pa-topic").hidden = !topics.length;
    if (select.options.length === topics.length + 1) return;
    const value = select.value;
    select.replaceChildren(new Option("All", "-1"), ...topics.map(([name, count], number) => new Option(`${name} (${count})`, number)));
    select.value = value;
  }

  pick(box) {
    if (box.checked) this.picked.set(box.dataset.paper, box.dataset.title);
    else this.picked.delete(box.dataset.paper);
    this.#tell();
  }

  pickAll() {
    for (const [paper, title] of this.listed) this.picked.set(paper, title);
    this.#tell();
  }

  clearPicked() {
    this.picked.clear();
    this.#tell();
  }

  #tell() {
    for (const box of byId("pa-papers").querySelectorAll("[data-do=pick]")) box.checked = this.picked.has(box.dataset.paper);
    const count = this.picked.size;
    byId("pa-picked").hidden = count === 0;
    byId("pa-picked-count").textContent = count === 1 ? "1 paper selected" : `${count} papers selected`;
  }

  async open(paper) {
    const dialog = byId("pa-paper");
    await this.ready;
    const found = await this.server.paper({ paper }).catch(() => ({ problem: "This paper could not be read. Try again." }));
    if (found.problem) {
      toast(found.problem);
      return;
    }
    byId("pa-paper-body").innerHTML = found.html;
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
  }
}
