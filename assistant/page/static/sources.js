// The sources panel: shows the cards of one answer, and lights the words behind a number.
const byId = (id) => document.getElementById(id);
const narrow = () => matchMedia("(max-width: 1099px)").matches;

export class Sources {
  constructor(pa) {
    this.pa = pa;
    this.cards = new Map();
    this.shown = "";
    this.from = null;
  }

  keep(turn, html) {
    this.cards.set(turn, html);
  }

  show(turn, question) {
    this.shown = turn;
    byId("pa-sources-body").innerHTML = this.cards.get(turn) || "";
    byId("pa-sources-of").textContent = question;
    byId("pa-sources-body").scrollTop = 0;
  }

  // A question is under way: the papers of the answer before it would only mislead.
  wait(question) {
    this.shown = "";
    byId("pa-sources-of").textContent = question;
    byId("pa-sources-body").innerHTML = '<p class="empty">Looking for the papers</p>';
  }

  clear() {
    this.cards.clear();
    this.shown = "";
    byId("pa-sources-of").textContent = "";
    byId("pa-sources-body").innerHTML =
      '<p class="empty">The papers that an answer cites appear here, with the cited words marked in their abstracts.</p>';
    this.close();
  }

  // A citation was clicked: open its card, light its words, bring them into view.
  cite(button, turn, question) {
    if (this.shown !== turn) this.show(turn, question);
    const body = byId("pa-sources-body");
    for (const lit of document.querySelectorAll(".pa .lit")) lit.classList.remove("lit");
    const card = body.querySelector(`.card[data-number="${CSS.escape(button.dataset.number)}"]`);
    if (!card) return;
    const fold = card.querySelector("details");
    if (fold) fold.open = true;
    const wanted = button.dataset.marks.split(" ");
    const marks = [...card.querySelectorAll("[data-marks]")].filter((mark) =>
      mark.dataset.marks.split(" ").some((key) => wanted.includes(key)));
    for (const element of [button, card, ...marks]) element.classList.add("lit");
    this.from = button;
    if (narrow()) this.open();
    card.focus({ preventScroll: true });
    const mark = marks.find((element) => element.tagName === "MARK") || card;
    // The card from its title on, when the words are then in view; else the words in the middle.
    const reach = mark.getBoundingClientRect().bottom - card.getBoundingClientRect().top;
    const fits = reach < body.clientHeight - 24;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    (fits ? card : mark).scrollIntoView({ block: fits ? "start" : "center", behavior: calm ? "auto" : "smooth" });
  }

  open() {
    this.pa.classList.add("sheet-open");
  }

  close() {
    this.pa.classList.remove("sheet-open");
    if (this.from?.isConnected && byId("pa-sources").contains(document.activeElement)) this.from.focus();
    this.from = null;
  }

  get isOpen() {
    return this.pa.classList.contains("sheet-open");
  }
}

// Sorts the table of a list answer by the clicked column.
export const sortTable = (button) => {
  const table = button.closest("table");
  const head = button.closest("th");
  const column = Number(button.dataset.column);
  const falling = head.getAttribute("aria-sort") === "ascending";
  for (const other of table.querySelectorAll("th")) other.setAttribute("aria-sort", "none");
  head.setAttribute("aria-sort", falling ? "descending" : "ascending");
  const rows = [...table.tBodies[0].rows];
  const value = (row) => row.cells[column].textContent.trim();
  rows.sort((one, other) => value(one).localeCompare(value(other), undefined, { numeric: true }) * (falling ? -1 : 1));
  table.tBodies[0].append(...rows);
};
