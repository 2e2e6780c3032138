// Brings the page to what a view says.

import { bubble, chatRow, dayLine, el, hueOf, initials } from "./drawing.js";
import { $, speak, state, words } from "./state.js";
import { closeSheets, options, setContext } from "./windows.js";
import { LANGUAGES, dayOf, hourOf, weekdayOf } from "./words.js";

export function draw(view) {
  const moved = state.view?.chat.id !== view.chat.id || state.view?.me.language !== view.me.language
    || state.view?.me.id !== view.me.id;
  state.view = view;
  state.me = view.me.id;
  state.chat = view.chat.id;
  speak(view.me.language);
  if (moved) { state.drawn.clear(); closeSheets(); setContext(null); }
  drawWords(view);
  drawSide(view);
  drawHead(view);
  drawMessages(view);
  drawComposer(view);
}

function drawWords(view) {
  document.documentElement.lang = view.me.language || "en";
  document.title = view.bot.name;
  for (const each of document.querySelectorAll("[data-word]")) each.textContent = words[each.dataset.word];
  for (const each of document.querySelectorAll("[data-label]")) {
    each.ariaLabel = each.title = words[each.dataset.label];
  }
  $("text").placeholder = words.write;
}

function drawSide(view) {
  options($("me"), view.people.map((person) => [person.id, person.name]), view.me.id);
  const spoken = { ...LANGUAGES };
  if (!(view.me.language in spoken)) spoken[view.me.language] = view.me.language;
  options($("tongue"), Object.entries(spoken), view.me.language);
  $("chats").replaceChildren(...view.chats.map((row) => chatRow(row, view.chat.id, words)));
  $("now").textContent = `${weekdayOf(view.now, words)}, ${dayOf(view.now, words)}, ${hourOf(view.now)}`;
  $("now").dateTime = view.now;
  if (document.activeElement !== $("moment")) $("moment").value = view.now.slice(0, 16);
}

function drawHead({ chat, bot }) {
  $("title").textContent = chat.title;
  $("face").textContent = initials(chat.title);
  $("face").dataset.hue = hueOf(chat.id);
  const calm = chat.kind === "private" ? words.bot : words.group(chat.members);
  $("status").textContent = chat.doing ? `${chat.kind === "private" ? "" : bot.name} ${words.typing}` : calm;
  $("status").classList.toggle("typing", Boolean(chat.doing));
}

// Elements of messages that have not changed stay, so that what is open or selected does too.
function drawMessages(view) {
  const log = $("messages");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 120;
  const fresh = new Map();
  const shown = [];
  let day = "";
  for (const message of view.messages) {
    if (message.at.slice(0, 10) !== day) {
      day = message.at.slice(0, 10);
      shown.push(dayLine(message.at, words));
    }
    const told = JSON.stringify(message);
    const known = state.drawn.get(message.id);
    const element = known?.told === told ? known.element : bubble(message, view.chat.kind !== "private", words);
    fresh.set(message.id, { told, element });
    shown.push(element);
  }
  if (!view.messages.length && view.bot.description) shown.push(welcome(view.bot));
  const grew = fresh.size !== state.drawn.size;
  state.drawn = fresh;
  if (shown.length !== log.children.length || shown.some((each, i) => log.children[i] !== each && !each.matches(".day"))) {
    log.replaceChildren(...shown);
    if (atEnd || grew) log.scrollTop = log.scrollHeight;
  }
}

function welcome(bot) {
  return el("article", { className: "welcome" }, el("h2", { textContent: words.what }),
    el("p", { textContent: bot.description }));
}

function drawComposer({ chat, messages, commands }) {
  const blocked = chat.kind === "private" && chat.bot === "kicked";
  const fresh = chat.kind === "private" && !messages.length;
  $("composer").hidden = blocked || fresh;
  $("wide").hidden = !blocked && !fresh;
  $("wide").textContent = blocked ? words.unblock : words.start;
  $("wide").dataset.deed = blocked ? "unblock" : "start";
  $("slash").hidden = !commands.length;
  const keys = messages.findLast?.((message) => !message.mine)?.keys ?? [];
  $("keys").hidden = !keys.length;
  $("keys").replaceChildren(...keys.map((row) => el("div", { className: "row" }, ...row.map((label) =>
    el("button", { type: "button", className: "quiet", textContent: label })))));
}
