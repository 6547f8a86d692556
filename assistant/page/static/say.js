// Small things the page says and hands over: toast, tooltip, choices, files, the clipboard.
const byId = (id) => document.getElementById(id);
let toastTimer = 0;

export const toast = (words, action) => {
  const box = byId("pa-toast");
  clearTimeout(toastTimer);
  box.textContent = words;
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = action.words;
    button.onclick = () => {
      box.hidden = true;
      action.run();
    };
    box.append(" ", button);
  }
  box.hidden = false;
  toastTimer = setTimeout(() => { box.hidden = true; }, action ? 7000 : 3500);
};

export const copy = async (text, done) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  toast(done);
};

export const download = (name, text) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 5000);
};

export const fileName = (words, ending) =>
  `${(words.toLowerCase().match(/[a-z0-9]+/g) || ["papers"]).slice(0, 8).join("-")}.${ending}`;

// Beside `element` where there is room; in the middle of a small window.
const moveTo = (dialog, element) => {
  dialog.classList.toggle("near", innerWidth > 640);
  dialog.style.left = dialog.style.top = "";
  if (innerWidth <= 640) return;
  const spot = element.getBoundingClientRect();
  const size = dialog.getBoundingClientRect();
  const below = spot.bottom + 6;
  dialog.style.left = `${Math.max(8, Math.min(spot.left, innerWidth - size.width - 8))}px`;
  dialog.style.top = `${below + size.height < innerHeight - 8 ? below : Math.max(8, spot.top - size.height - 6)}px`;
};

// Asks for one of `choices`; resolves to [value, comment], or null when the person turned away.
export const choose = (title, choices, { at, comment = "" }) =>
  new Promise((resolve) => {
    const dialog = byId("pa-ask-dialog");
    const form = byId("pa-ask-form");
    form.replaceChildren();
    const head = document.createElement("h2");
    head.textContent = title;
    form.append(head);
    let field = null;
    if (comment) {
      field = document.createElement("textarea");
      field.placeholder = comment;
      field.setAttribute("aria-label", comment);
      field.rows = 2;
      field.maxLength = 2000;
      form.append(field);
    }
    const row = document.createElement("div");
    row.className = "choices";
    for (const [value, words] of [...choices, ["", "Cancel"]]) {
      const button = document.createElement("button");
      button.value = value;
      button.textContent = words;
      button.className = value ? "soft" : "plain";
      // A field with the focus would open a phone's keyboard over the choices.
      button.autofocus = value === choices[0][0];
      row.append(button);
    }
    form.append(row);
    dialog.returnValue = "";
    dialog.onclose = () => resolve(dialog.returnValue ? [dialog.returnValue, field?.value || ""] : null);
    dialog.onclick = (event) => { if (event.target === dialog) dialog.close(); };
    dialog.showModal();
    moveTo(dialog, at);
  });

// The quote behind a number, and the title behind a dot, beside the pointer or the focus.
export const tips = (root) => {
  const tip = byId("pa-tip");
  let of = null;
  const show = (element) => {
    of = element;
    const { quote, title } = element.dataset;
    tip.replaceChildren();
    const name = document.createElement("strong");
    name.textContent = title || "";
    tip.append(name);
    if (quote) {
      const words = document.createElement("span");
      words.textContent = `“${quote}”`;
      tip.append(words);
    }
    tip.hidden = false;
    const spot = element.getBoundingClientRect();
    const size = tip.getBoundingClientRect();
    const left = Math.max(8, Math.min(spot.left + spot.width / 2 - size.width / 2, innerWidth - size.width - 8));
    const above = spot.top - size.height - 8;
    tip.style.left = `${left}px`;
    tip.style.top = `${above > 8 ? above : spot.bottom + 8}px`;
  };
  const target = (event) => event.target.closest?.(".cite, .dot");
  const hide = () => { tip.hidden = true; };
  root.addEventListener("pointerover", (event) => {
    const element = target(event);
    if (element && event.pointerType !== "touch") show(element);
    else hide();
  });
  root.addEventListener("focusin", (event) => {
    const element = target(event);
    if (element && element.matches(":focus-visible")) show(element);
    else hide();
  });
  root.addEventListener("focusout", hide);
  // The sources may still be gliding to the last number: that moves nothing under the pointer.
  root.addEventListener("scroll", (event) => { if (!of || event.target.contains(of)) hide(); }, true);
};
