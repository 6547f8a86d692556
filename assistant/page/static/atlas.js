// The map tab: loads the map once, rings the papers of the last answer, keeps names from covering each other.
const byId = (id) => document.getElementById(id);

export class Atlas {
  constructor({ server, ready }) {
    Object.assign(this, { server, ready, cited: [], loaded: false });
    const atlas = byId("pa-atlas");
    const topicOf = (event) => event.target.closest?.(".topics details, .label")?.dataset.topic;
    atlas.addEventListener("pointerover", (event) => this.#focus(topicOf(event)));
    atlas.addEventListener("focusin", (event) => this.#focus(topicOf(event)));
    atlas.addEventListener("pointerleave", () => this.#focus(undefined));
    new ResizeObserver(() => this.#arrange()).observe(atlas);
  }

  async show() {
    if (!this.loaded) {
      await this.ready;
      const drawn = await this.server.atlas({}).catch(() => ({ problem: "The map could not be drawn. Try again." }));
      if (drawn.problem) {
        byId("pa-atlas").innerHTML = '<p class="empty"></p>';
        byId("pa-atlas").firstChild.textContent = drawn.problem;
        return;
      }
      byId("pa-atlas").innerHTML = drawn.html;
      this.loaded = true;
    }
    this.ring(this.cited);
    this.#arrange();
  }

  ring(papers) {
    this.cited = papers;
    const wanted = new Set(papers);
    for (const dot of byId("pa-atlas").querySelectorAll(".dot"))
      dot.classList.toggle("cited", wanted.has(dot.dataset.paper));
    byId("pa-map-note").textContent = papers.length
      ? `${papers.length === 1 ? "The paper" : `The ${papers.length} papers`} of the last answer ${papers.length === 1 ? "is" : "are"} ringed. A dot opens its paper.`
      : "A dot opens its paper. The papers of an answer are ringed here.";
  }

  #focus(topic) {
    const canvas = byId("pa-atlas").querySelector(".canvas");
    if (!canvas) return;
    canvas.classList.toggle("focused", topic !== undefined);
    for (const dot of canvas.querySelectorAll(".dot, .label"))
      dot.classList.toggle("on", topic !== undefined && dot.classList.contains(`t${topic % 14}`));
  }

  // Larger topics come first and keep their place; a name in the way moves up or down a little.
  #arrange() {
    const canvas = byId("pa-atlas").querySelector(".canvas");
    if (!canvas || !canvas.offsetWidth) return;
    const room = canvas.getBoundingClientRect();
    const placed = [];
    const dots = [...canvas.querySelectorAll(".dot")].slice(0, 1500).map((dot) => dot.getBoundingClientRect());
    for (const label of canvas.querySelectorAll(".label")) {
      label.style.marginTop = "0";
      label.style.marginLeft = "0";
      const box = label.getBoundingClientRect();
      const shift = Math.max(6, -box.left + room.left + 6) - 6 - Math.max(0, box.right - room.right + 6);
      label.style.marginLeft = `${shift}px`;
      const spot = { left: box.left + shift, right: box.right + shift, top: box.top, bottom: box.bottom };
      const free = (by) => placed.every((other) => spot.right < other.left || spot.left > other.right || spot.bottom + by < other.top || spot.top + by > other.bottom);
      const fits = (by) => free(by) && spot.top + by >= room.top && spot.bottom + by <= room.bottom;
      const clear = (by) => fits(by) && dots.every((dot) => spot.right < dot.left || spot.left > dot.right || spot.bottom + by < dot.top + 2 || spot.top + by > dot.bottom - 2);
      const step = box.height + 3;
      const ways = [0, -step / 2, step / 2, step, -step, 2 * step, -2 * step, 3 * step, -3 * step];
      const by = ways.slice(0, 5).find(clear) ?? ways.find(fits) ?? 0;
      label.style.marginTop = `${by}px`;
      placed.push({ ...spot, top: spot.top + by, bottom: spot.bottom + by });
    }
  }
}
