// The page shows the view that the server gives, and asks for it anew whenever something changed.

import { bubble, chatRow, dayLine, el, hueOf, initials, option } from "./drawing.js";
import { LANGUAGES, dayOf, hourOf, weekdayOf, wordsFor } from "./words.js";

const $ = (id) => document.getElementById(id);
const link = new URLSearchParams(location.search);
const state = { me: link.get("me"), chat: link.get("chat"), view: null, context: null, drawn: new Map() };
let words = wordsFor("en");

// -- to and from the server

async function act(deed, said = {}) {
  const response = await fetch(`/page/do/${deed}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ me: state.me, chat: state.chat, ...said }),
  });
  const outcome = await response.json();
  if (!response.ok) toast(deed === "press" ? words.offline : outcome.error);
  if (outcome.me) state.me = outcome.me;
  if (outcome.chat) go(outcome.chat);
  return response.ok ? outcome : null;
}

let asking = false;
let again = false;

async function refresh() {
  if (asking) { again = true; return; }
  asking = true;
  try {
    do {
      again = false;
      const query = new URLSearchParams({ me: state.me ?? "", chat: state.chat ?? "" });
      draw(await (await fetch(`/page/view?${query}`)).json());
    } while (again);
  } finally { asking = false; }
}

function listen() {
  const events = new EventSource("/page/events");
  events.onmessage = () => { document.body.dataset.online = "yes"; refresh(); };
  events.onerror = () => { document.body.dataset.online = "no"; $("status").textContent = words.gone; };
}

// -- drawing

function draw(view) {
  const moved = state.view?.chat.id !== view.chat.id || state.view?.me.language !== view.me.language
    || state.view?.me.id !== view.me.id;
  state.view = view;
  state.me = view.me.id;
  state.chat = view.chat.id;
  words = wordsFor(view.me.language);
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

function options(select, pairs, chosen) {
  const made = pairs.map(([value, label]) => el("option", { value, textContent: label }));
  select.replaceChildren(...made);
  select.value = chosen;
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
    el("button", { type: "button", className: "quiet", textContent: label, onclick: () => act("write", { text: label }) })))));
}

// -- small windows

const SHEETS = ["cards", "commands", "attach-menu", "more-menu"];

function closeSheets() { for (const id of SHEETS) $(id).hidden = true; }

function openSheet(id, ...choices) {
  const wasOpen = !$(id).hidden;
  closeSheets();
  if (wasOpen && id !== "cards") return;
  $(id).replaceChildren(...choices);
  $(id).hidden = !choices.length;
}

const choice = (label, action, hint) => option(label, () => { closeSheets(); action(); }, hint);

let fading;

function toast(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => { $("toast").hidden = true; }, 4000);
}

// `fields` are elements with a name; gives their values, or null when it was cancelled.
function ask(title, fields, agree = words.ok) {
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

function field(label, name, value = "") {
  return el("label", {}, el("span", { textContent: label }), el("input", { name, value, required: true, maxLength: 64 }));
}

function languageField() {
  const select = el("select", { name: "language" });
  options(select, Object.entries(LANGUAGES), state.view.me.language);
  return el("label", {}, el("span", { textContent: words.language }), select);
}

// -- what the person does

function go(chat) {
  state.chat = chat;
  document.body.dataset.screen = "chat";
  refresh();
}

function setContext(context) {
  state.context = context;
  $("context").hidden = !context;
  if (context) $("context").firstElementChild.textContent = `${words[context.deed]}: ${context.quote}`;
}

async function send(text) {
  const context = state.context;
  setContext(null);
  $("text").value = "";
  grow();
  if (context?.deed === "edit") await act("edit", { message: context.id, text });
  else await act("write", { text, reply_to: context?.id ?? 0 });
}

async function press(button) {
  const { message, row, column } = button.dataset;
  button.classList.add("waiting");
  const answer = await act("press", { message: Number(message), row: Number(row), column: Number(column) });
  button.classList.remove("waiting");
  if (answer?.show_alert) await ask(answer.text, []);
  else if (answer?.text) toast(answer.text);
  if (answer?.url) follow(answer.url);
}

// A link to the bot itself starts it, as in Telegram; others open in a tab, after a question.
async function follow(url) {
  const found = /^(?:https:\/\/t\.me\/|tg:\/\/resolve\?domain=)(\w+)(?:[?&]start=([\w-]*))?/.exec(url);
  if (found && found[1] === state.view.bot.username) await act("start", { payload: found[2] ?? "" });
  else if (await ask(words.open, [el("p", { className: "address", textContent: url })])) {
    window.open(url, "_blank", "noopener,noreferrer");
  }
}

async function attach(deed) {
  if (deed !== "photo" && deed !== "document") { await act(deed); return; }
  $("file").accept = deed === "photo" ? "image/*" : "";
  $("file").onchange = () => {
    const [file] = $("file").files;
    const reader = new FileReader();
    reader.onload = () => act(deed, { name: file.name, data: reader.result.split(",")[1] });
    if (file) reader.readAsDataURL(file);
    $("file").value = "";
  };
  $("file").click();
}

async function openLink() {
  const said = await ask(words.deepLink, [field(words.payload, "payload")], words.start);
  if (said) await act("start", said);
}

function openMore() {
  const { chat } = state.view;
  const here = ["member", "administrator"].includes(chat.bot);
  const own = chat.bot === "kicked"
    ? choice(words.unblock, () => act("unblock")) : choice(words.block, () => act("block"));
  openSheet("more-menu", ...(chat.kind === "private"
    ? [choice(words.deepLink, openLink), own]
    : [here ? choice(words.remove, () => act("remove")) : choice(words.invite, () => act("invite"))]));
}

let typed;

function inline() {
  clearTimeout(typed);
  const found = /^@(\w+) (.*)$/s.exec($("text").value);
  if (found?.[1] !== state.view.bot.username) { $("cards").hidden = true; return; }
  typed = setTimeout(async () => {
    const answer = await act("inline", { text: found[2] });
    openSheet("cards", ...(answer?.results ?? []).map((result) => choice(result.title ?? "", () => {
      $("text").value = "";
      act("pick", { result });
    }, result.description)));
  }, 300);
}

function grow() {
  $("text").style.height = "auto";
  $("text").style.height = `${Math.min($("text").scrollHeight, 160)}px`;
}

function quote(id) {
  const message = state.view.messages.find((each) => each.id === id);
  return el("div", { innerHTML: message.html }).textContent;
}

$("messages").onclick = (event) => {
  const hit = (selector) => event.target.closest(selector);
  if (hit(".key")) press(hit(".key"));
  else if (hit(".command")) { event.preventDefault(); act("write", { text: hit(".command").dataset.command }); }
  else if (hit("a[target]")) { event.preventDefault(); follow(hit("a[target]").href); }
  else if (hit("tg-spoiler")) hit("tg-spoiler").classList.add("seen");
  else if (hit("blockquote[expandable]")) hit("blockquote[expandable]").classList.toggle("open");
  else if (hit("[data-reply]")) {
    const id = Number(hit("[data-reply]").dataset.reply);
    setContext({ deed: "reply", id, quote: quote(id) });
    $("text").focus();
  } else if (hit("[data-edit]")) {
    const id = Number(hit("[data-edit]").dataset.edit);
    $("text").value = quote(id);
    setContext({ deed: "edit", id, quote: quote(id) });
    $("text").focus();
  }
};
$("composer").onsubmit = (event) => {
  event.preventDefault();
  if ($("text").value.trim()) send($("text").value);
};
$("text").onkeydown = (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("composer").requestSubmit();
  }
};
$("text").oninput = () => { grow(); inline(); };
$("slash").onclick = () => openSheet("commands", ...state.view.commands.map(({ command, description }) =>
  choice(`/${command}`, () => send(`/${command}`), description)));
$("attach").onclick = () => openSheet("attach-menu", ...["photo", "document", "sticker", "voice", "location"]
  .map((deed) => choice(words[deed], () => attach(deed))));
$("more").onclick = openMore;
$("context").lastElementChild.onclick = () => setContext(null);
$("wide").onclick = () => act($("wide").dataset.deed);
$("back").onclick = () => { document.body.dataset.screen = "side"; };
$("chats").onclick = (event) => {
  const row = event.target.closest(".chat");
  if (row) go(Number(row.dataset.chat));
};
$("me").onchange = () => { state.me = Number($("me").value); state.chat = null; refresh(); };
$("tongue").onchange = () => act("speak", { language: $("tongue").value });
$("new-person").onclick = async () => {
  const said = await ask(words.newPerson, [field(words.name, "name"), languageField()], words.add);
  if (said) await act("add_person", said);
};
$("new-group").onclick = async () => {
  const said = await ask(words.newGroup, [field(words.title, "title")], words.add);
  if (said) await act("add_group", said);
};
$("hour").onclick = () => act("advance", { hours: 1 });
$("day").onclick = () => act("advance", { hours: 24 });
$("move").onclick = () => $("moment").value && act("move_to", { moment: $("moment").value });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeSheets(); });

await refresh();
if (link.has("start")) await act("start", { payload: link.get("start") });
history.replaceState(null, "", location.pathname);
listen();
setInterval(refresh, 20_000);
