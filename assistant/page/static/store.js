// Conversations in this browser's storage. Knows keys and room; does not know how a turn looks.
const INDEX = "pa.chats";
const OPEN = "pa.open";
const ASKING = "pa.asking";
const key = (id) => `pa.chat.${id}`;

const read = (name, fallback) => {
  try {
    const value = JSON.parse(localStorage.getItem(name));
    return Array.isArray(value) ? value : fallback;
  } catch {
    return fallback;
  }
};

export const newId = () => {
  // randomUUID is missing on plain http addresses other than localhost.
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
};

export const chats = () =>
  read(INDEX, [])
    .filter((chat) => chat && typeof chat.id === "string")
    .sort((one, other) => (other.updated || 0) - (one.updated || 0));

// Storage may have been written by hand or by another version: only what can be shown is taken from it.
const isTurn = (turn) =>
  typeof turn?.id === "string" && typeof turn.question === "string" && Array.isArray(turn.answer?.citations);

export const turnsOf = (id) => read(key(id), []).filter(isTurn);

const write = (name, value) => {
  // A full storage forgets the oldest conversations rather than the newest answer.
  for (let tries = 0; tries < 20; tries += 1) {
    try {
      localStorage.setItem(name, JSON.stringify(value));
      return true;
    } catch {
      const oldest = chats().pop();
      if (!oldest || key(oldest.id) === name) return false;
      remove(oldest.id);
    }
  }
  return false;
};

const setIndex = (list) => write(INDEX, list);

export const save = (id, turns) => {
  if (!turns.length) return true;
  const known = chats();
  const mine = known.find((chat) => chat.id === id);
  const title = mine?.named ? mine.title : turns[0].question;
  const chat = { id, title, named: Boolean(mine?.named), updated: Date.now(), count: turns.length };
  const kept = write(key(id), turns);
  return setIndex([chat, ...known.filter((other) => other.id !== id)]) && kept;
};

export const rename = (id, title) =>
  setIndex(chats().map((chat) => (chat.id === id ? { ...chat, title, named: true } : chat)));

export const remove = (id) => {
  const removed = { chat: chats().find((chat) => chat.id === id), turns: turnsOf(id) };
  try {
    localStorage.removeItem(key(id));
  } catch {
    // without storage there is nothing to remove
  }
  setIndex(chats().filter((chat) => chat.id !== id));
  return removed;
};

export const restore = ({ chat, turns }) => {
  if (!chat) return;
  write(key(chat.id), turns);
  setIndex([chat, ...chats().filter((other) => other.id !== chat.id)]);
};

export const matching = (words) => {
  const needle = words.trim().toLowerCase();
  if (!needle) return chats();
  const said = (chat) => turnsOf(chat.id).some((turn) => `${turn.question} ${turn.answer?.text}`.toLowerCase().includes(needle));
  return chats().filter((chat) => chat.title.toLowerCase().includes(needle) || said(chat));
};

// The question under way, so that a reload in the middle of an answer does not lose it.
export const asking = (question) => {
  try {
    if (question === undefined) return JSON.parse(sessionStorage.getItem(ASKING));
    if (question) sessionStorage.setItem(ASKING, JSON.stringify(question));
    else sessionStorage.removeItem(ASKING);
  } catch {
    // without storage a reload loses it
  }
  return null;
};

// Another tab of this browser changed its conversations.
export const onChange = (run) =>
  window.addEventListener("storage", (event) => {
    if (event.key === null || event.key === INDEX || event.key.startsWith(key(""))) run();
  });

// The open conversation belongs to this tab: a reload shows it again, another tab starts afresh.
export const open = (id) => {
  try {
    if (id === undefined) return sessionStorage.getItem(OPEN) || "";
    sessionStorage.setItem(OPEN, id);
  } catch {
    // private windows may refuse storage
  }
  return id || "";
};
