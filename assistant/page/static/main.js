// Puts the page's parts together and tells each click where to go. Does not draw anything itself.
import * as store from "./store.js";
import { choose, copy, download, fileName, tips, toast } from "./say.js";
import { Atlas } from "./atlas.js";
import { Collection } from "./collection.js";
import { Composer } from "./composer.js";
import { Rail } from "./rail.js";
import { Sources, sortTable } from "./sources.js";
import { Thread } from "./thread.js";

const byId = (id) => document.getElementById(id);
const LONGEST = 4000;
const KINDS = [["markdown", "Markdown"], ["bibtex", "BibTeX"], ["ris", "RIS"]];

const opened = async (server) => {
  for (;;) {
    const state = await server.ready({}).catch(() => ({ state: "opening", progress: "Waiting for the program" }));
    if (state.state === "ready") return state;
    byId("pa-state").textContent = state.state === "failed" ? "Not available" : state.progress;
    if (state.state === "failed") {
      const welcome = byId("pa-welcome");
      welcome.innerHTML = '<h1>The papers could not be opened</h1><p role="alert"></p>';
      welcome.querySelector("p").textContent = state.problem;
      return new Promise(() => {});
    }
    await new Promise((done) => { setTimeout(done, 350); });
  }
};

// Gradio answers a request that failed with something that is no reply: then it is a failure here.
const honest = (server) =>
  Object.fromEntries(Object.entries(server).map(([name, call]) => [name, async (data) => {
    const reply = await call(data);
    if (!reply || typeof reply !== "object" || Array.isArray(reply) || reply.error) throw new Error(name);
    return reply;
  }]));

export const mount = (element, { ask: send, server: requests }) => {
  const server = honest(requests);
  const pa = element.querySelector(".pa");
  const ready = opened(server);
  const sources = new Sources(pa);
  const collection = new Collection({ server, ready });
  const atlas = new Atlas({ server, ready });

  const changed = (problem = "") => {
    const isEmpty = !thread.turns.length && !thread.pending;
    pa.classList.toggle("fresh", isEmpty);
    byId("pa-welcome").hidden = !isEmpty;
    byId("pa-thread-head").hidden = isEmpty;
    byId("pa-thread-head").querySelector('[data-do="export-chat"]').hidden = !thread.turns.length;
    // The name of a single unnamed question would only repeat it.
    const chat = store.chats().find((one) => one.id === thread.chat);
    byId("pa-chat-title").textContent = chat && (chat.named || thread.turns.length > 1) ? chat.title : "";
    composer.busy(Boolean(thread.pending));
    atlas.ring([...new Set(thread.last?.answer.citations.map((citation) => citation.paper_id) || [])]);
    rail.draw(thread.chat);
    if (problem) toast(problem);
  };
  const giveBack = (question) => { if (!composer.words) composer.words = question; };
  const thread = new Thread({ send, server, ready, sources, changed, giveBack });

  const VIEWS = ["chat", "papers", "map"];
  const view = (name, { back = false } = {}) => {
    // The browser's way back leads to the view before, not off the page.
    if (!back && name !== pa.dataset.view) history.pushState(null, "", name === "chat" ? location.pathname : `#${name}`);
    pa.dataset.view = name;
    pa.classList.remove("rail-open", "sheet-open");
    for (const part of pa.querySelectorAll(".view")) part.hidden = part.dataset.view !== name;
    for (const button of pa.querySelectorAll('[data-do="view"]'))
      if (button.dataset.view === name) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    if (name === "papers") collection.show();
    if (name === "map") atlas.show();
  };
  const addressed = () => VIEWS.find((name) => location.hash === `#${name}`) || "chat";
  window.addEventListener("popstate", () => view(addressed(), { back: true }));

  const submit = () => {
    const { words } = composer;
    if (words.length > LONGEST) {
      toast(`The question has ${words.length.toLocaleString("en")} characters; ${LONGEST.toLocaleString("en")} fit. Shorten it.`);
      return;
    }
    if (!thread.ask(words, { scope: composer.pairs, from: composer.editing })) return;
    composer.words = "";
    composer.editing = "";
  };
  const composer = new Composer({
    submit,
    editLast: () => { if (thread.last && !thread.pending) actions.edit(byId("pa-thread").lastElementChild); },
    stop: () => {
      // What lies on top goes first.
      if (pa.classList.contains("rail-open")) pa.classList.remove("rail-open");
      else if (sources.isOpen) sources.close();
      else if (!composer.unedit() && thread.runs.busy) thread.runs.stop();
    },
  });
  const rail = new Rail({
    open: (id) => { view("chat"); composer.leave(); thread.open(id); },
    closed: (id, how) => (how === "deleted" && id === thread.chat ? thread.fresh() : changed()),
  });

  const turnAt = (target) => thread.turn(target.closest("[data-turn]")?.dataset.turn);
  const narrow = (pairs) => {
    byId("pa-paper").close();
    composer.limit(pairs);
    view("chat");
    composer.focus();
  };
  const save = async (wish, name) => {
    const made = await server.export(wish).catch(() => ({ problem: "The export did not work. Try again." }));
    if (made.problem) toast(made.problem);
    else download(fileName(name, made.ending), made.text);
  };
  const exported = async (turns, title, name, at) => {
    const choice = await choose("Export as", KINDS, { at });
    if (choice) save({ turns, title, kind: choice[0] }, name);
  };
  const judge = async (target, reason, comment = "") => {
    const turn = turnAt(target);
    const kept = await server.feedback({ reason, comment, question: turn.question, answer: turn.answer }).catch(() => ({ problem: "This could not be noted." }));
    if (!kept.problem) thread.judged(turn.id, reason);
    toast(kept.problem || "Noted, thank you.");
  };
  const again = (turn, understood = "") =>
    thread.ask(turn.question, { understood, scope: turn.scope || [], from: turn.id === thread.last?.id ? turn.id : "" });

  const actions = {
    view: (target) => view(target.dataset.view),
    skip: (target, event) => {
      event.preventDefault();
      if (pa.dataset.view === "papers") byId("pa-filters").elements.query.focus();
      else { view("chat"); composer.focus(); }
    },
    rail: () => pa.classList.toggle(matchMedia("(max-width: 1099px)").matches ? "rail-open" : "rail-closed"),
    new: () => { view("chat"); thread.fresh(); composer.reset(); },
    ask: (target) => { thread.ask(target.dataset.words || target.textContent, { scope: composer.pairs }); },
    stop: () => thread.runs.stop(),
    cite: (target) => { const turn = turnAt(target); sources.cite(target, turn.id, turn.question); },
    open: (target) => collection.open(target.dataset.paper),
    "close-sheet": () => sources.close(),
    "close-dialog": () => byId("pa-paper").close(),
    "show-sources": (target) => { const turn = turnAt(target); sources.show(turn.id, turn.question); sources.open(); },
    copy: (target) => {
      const { answer } = turnAt(target);
      const list = [...new Map(answer.citations.map((citation) => [citation.number, citation.title]))].map(([number, title]) => `[${number}] ${title}`);
      copy([answer.text, ...list].join("\n"), "Answer copied.");
    },
    retry: (target) => again(turnAt(target)),
    link: (target) => copy(`${location.origin}${location.pathname}?q=${encodeURIComponent(turnAt(target).question)}`, "Link copied. It asks this question again."),
    edit: (target) => {
      const turn = turnAt(target);
      composer.limit(turn.scope || []);
      composer.words = turn.question;
      composer.editing = turn.id;
      composer.focus();
    },
    "edit-cancel": () => { composer.unedit(); composer.focus(); },
    good: (target) => judge(target, "good"),
    bad: async (target) => {
      const reasons = [["wrong citation", "Wrong citation"], ["missed a paper", "Missed a paper"], ["other", "Something else"]];
      const choice = await choose("What is wrong?", reasons, { at: target, comment: "In your words, if you like" });
      if (choice) judge(target, choice[0], choice[1]);
    },
    "export-answer": (target) => { const turn = turnAt(target); exported([turn], "", turn.question, target); },
    "export-chat": (target) => {
      const title = store.chats().find((chat) => chat.id === thread.chat)?.title || thread.turns[0].question;
      exported(thread.turns, title, title, target);
    },
    "export-paper": (target) => save({ paper: target.dataset.paper, kind: target.dataset.kind }, byId("paper-title").textContent),
    "understood-edit": (target) => {
      const form = target.closest("form");
      form.querySelector(".understood-edit").hidden = false;
      form.querySelector("input").select();
    },
    sort: (target) => sortTable(target),
    scope: (target) => narrow([[target.dataset.paper, target.dataset.title]]),
    unscope: (target) => { composer.unlimit(target.dataset.paper); composer.focus(); },
    "ask-cited": () => {
      const { citations } = thread.turn(sources.shown).answer;
      narrow([...new Map(citations.map((citation) => [citation.paper_id, citation.title]))]);
    },
    like: (target) => {
      byId("pa-paper").close();
      view("papers");
      collection.nearest(target.dataset.paper, target.dataset.title);
    },
    topic: (target) => { view("papers"); collection.ofTopic(Number(target.dataset.topic)); },
    unlike: () => collection.nearest("", ""),
    "pick-all": () => collection.pickAll(),
    pick: (target) => collection.pick(target),
    page: (target) => collection.turnTo(Number(target.dataset.page)),
    "ask-picked": () => { narrow([...collection.picked]); collection.clearPicked(); },
    "clear-picked": () => collection.clearPicked(),
    theme: () => {
      const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
      document.documentElement.dataset.theme = theme;
      document.body.classList.toggle("dark", theme === "dark");
      try { localStorage.setItem("pa.theme", theme); } catch { /* the choice then lasts until the reload */ }
    },
  };
  pa.addEventListener("click", (event) => {
    const target = event.target.closest("[data-do]");
    if (target && target.tagName !== "FORM") actions[target.dataset.do]?.(target, event);
  });
  pa.addEventListener("submit", (event) => {
    if (event.target.dataset.do !== "understood") return;
    event.preventDefault();
    again(turnAt(event.target), event.target.elements.understood.value);
  });
  byId("pa-paper").addEventListener("click", (event) => { if (event.target.id === "pa-paper") event.target.close(); });
  tips(pa);

  ready.then((state) => {
    byId("pa-state").textContent = `${state.papers.toLocaleString("en")} papers · ${state.model || "no language model"}`;
    byId("pa-state").title = state.model
      ? "The language model that writes the answers"
      : "Answers are made of sentences taken from the abstracts. The README says how to connect a language model.";
    byId("pa-examples").replaceChildren(...state.examples.map((words) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "example", textContent: words });
      button.dataset.do = "ask";
      item.append(button);
      return item;
    }));
  });

  document.body.classList.toggle("dark", document.documentElement.dataset.theme === "dark");
  pa.dataset.view = addressed();
  view(pa.dataset.view, { back: true });
  const linked = new URLSearchParams(location.search).get("q");
  const known = store.open();
  if (linked) {
    history.replaceState(null, "", location.pathname);
    thread.fresh();
    if (linked.length > LONGEST) composer.words = linked;
    else thread.ask(linked);
  } else if (known && store.turnsOf(known).length) thread.open(known);
  else thread.fresh();
  const unanswered = store.asking();
  store.asking(null);
  if (unanswered?.question && !linked) {
    giveBack(unanswered.question);
    toast("The page was reloaded before the answer came. Your question is back in the box.");
  }
  store.onChange(() => {
    rail.draw(thread.chat);
    thread.follow();
  });
  pa.classList.add("up");
  if (!matchMedia("(max-width: 1099px)").matches) composer.focus();
};
