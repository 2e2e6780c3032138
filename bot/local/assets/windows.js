// Menus, dialogs, toasts and the line above the composer.

import { el, option } from "./drawing.js";
import { $, state, words } from "./state.js";
import { LANGUAGES } from "./words.js";

export function options(select, pairs, chosen) {
  const made = pairs.map(([value, label]) => el("option", { value, textContent: label }));
  select.replaceChildren(...made);
  select.value = chosen;
}

const SHEETS = ["cards", "commands", "attach-menu", "more-menu"];

export function closeSheets() { for (const id of SHEETS) $(id).hidden = true; }

export function openSheet(id, ...choices) {
  const wasOpen = !$(id).hidden;
  closeSheets();
  if (wasOpen && id !== "cards") return;
  $(id).replaceChildren(...choices);
  $(id).hidden = !choices.length;
}

export const choice = (label, action, hint) => option(label, () => { closeSheets(); action(); }, hint);

let fading;

export function toast(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => { $("toast").hidden = true; }, 4000);
}

// `fields` are elements with a name; gives their values, or null when it was cancelled.
export function ask(title, fields, agree = words.ok) {
  const form = $("dialog").firstElementChild;
  const cancel = el("button", { value: "", className: "quiet", textContent: words.cancel, formNoValidate: true });
  form.replaceChildren(el("h2", { textContent: title }), ...fields,
    el("div", { className: "pair" }, cancel, el("button", { value: "ok", textContent: agree })));
  $("dialog").returnValue = "";
  $("dialog").showModal();
  form.querySelector("input, button[value=ok]").focus();
  return new Promise((resolve) => {
    $("dialog").addEventListener("close", () => {
      resolve($("dialog").returnValue === "ok" ? Object.fromEntries(new FormData(form)) : null);
    }, { once: true });
  });
}

export function field(label, name, value = "") {
  return el("label", {}, el("span", { textContent: label }), el("input", { name, value, required: true, maxLength: 64 }));
}

export function languageField() {
  const select = el("select", { name: "language" });
  options(select, Object.entries(LANGUAGES), state.view.me.language);
  return el("label", {}, el("span", { textContent: words.language }), select);
}

export function setContext(context) {
  state.context = context;
  $("context").hidden = !context;
  if (context) $("context").firstElementChild.textContent = `${words[context.deed]}: ${context.quote}`;
}
