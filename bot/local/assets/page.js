// The page shows the view that the server gives, and asks for it anew whenever something changed.

import { el } from "./drawing.js";
import { draw } from "./screen.js";
import { $, state, words } from "./state.js";
import { ask, choice, closeSheets, field, languageField, openSheet, setContext, toast } from "./windows.js";

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
      const { me, chat } = state;
      const query = new URLSearchParams({ me: me ?? "", chat: chat ?? "" });
      again = false;
      const view = await (await fetch(`/page/view?${query}`)).json();
      if (me === state.me && chat === state.chat) draw(view);
      else again = true; // somebody went elsewhere meanwhile
    } while (again);
  } finally { asking = false; }
}

function listen() {
  const events = new EventSource("/page/events");
  events.onmessage = () => { document.body.dataset.online = "yes"; refresh(); };
  events.onerror = () => { document.body.dataset.online = "no"; $("status").textContent = words.gone; };
}

// -- what the person does

function go(chat) {
  state.chat = chat;
  document.body.dataset.screen = "chat";
  refresh();
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
$("keys").onclick = (event) => {
  const key = event.target.closest("button");
  if (key) act("write", { text: key.textContent });
};
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
document.addEventListener("click", (event) => {
  if (!event.target.closest(".sheet, #slash, #attach, #more, #text")) closeSheets();
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeSheets(); });

await refresh();
if (state.start !== null) await act("start", { payload: state.start });
history.replaceState(null, "", location.pathname);
listen();
setInterval(refresh, 20_000);
