// The page's own words. What the bot says never comes from here.

const WORDS = {
  en: {
    write: "Message", start: "Start", unblock: "Unblock bot", block: "Block bot", send: "Send",
    commands: "Commands", attach: "Attach", back: "Back to the chats", more: "More",
    bot: "bot", typing: "typing…", what: "What can this bot do?",
    group: (n) => `${n} members`, newPerson: "New person", newGroup: "New group",
    name: "Name", title: "Title", language: "Language of the app", add: "Add", cancel: "Cancel",
    photo: "Photo", document: "File", sticker: "Sticker", voice: "Voice message",
    location: "Location", venue: "Place", deepLink: "Open with a link…", payload: "Link payload",
    invite: "Add the bot", remove: "Remove the bot", edited: "edited", ok: "OK",
    clock: "Clock", hour: "+1 hour", day: "+1 day", moveTo: "Go to", person: "Talking as",
    blocked: "You blocked this bot.", offline: "The bot has not answered.", open: "Open this link?",
    gone: "Connecting…", joined: (n) => `${n} joined the group`, left: (n) => `${n} was removed`,
    topic: (n) => `Topic “${n}” was opened`, upgraded: "The group became a supergroup",
    reply: "Reply", edit: "Edit", map: "Coordinates",
    months: ["January", "February", "March", "April", "May", "June", "July", "August",
      "September", "October", "November", "December"],
    days: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
  },
  az: {
    write: "Mesaj", start: "Başla", unblock: "Botu blokdan çıxar", block: "Botu blokla",
    send: "Göndər", commands: "Əmrlər", attach: "Əlavə et", back: "Söhbətlərə qayıt",
    more: "Daha çox", bot: "bot", typing: "yazır…", what: "Bu bot nə edə bilir?",
    group: (n) => `${n} üzv`, newPerson: "Yeni istifadəçi", newGroup: "Yeni qrup",
    name: "Ad", title: "Qrupun adı", language: "Tətbiqin dili", add: "Əlavə et",
    cancel: "Ləğv et", photo: "Şəkil", document: "Fayl", sticker: "Stiker",
    voice: "Səsli mesaj", location: "Yer", venue: "Məkan", deepLink: "Keçidlə aç…",
    payload: "Keçidin parametri", invite: "Botu əlavə et", remove: "Botu çıxar",
    edited: "redaktə edilib", ok: "Oldu", clock: "Saat", hour: "+1 saat", day: "+1 gün",
    moveTo: "Tarixə keç", person: "Danışan", blocked: "Bu botu bloklamısınız.",
    offline: "Bot cavab vermədi.", open: "Bu keçid açılsın?", gone: "Qoşulur…",
    joined: (n) => `${n} qrupa qoşuldu`, left: (n) => `${n} qrupdan çıxarıldı`,
    topic: (n) => `“${n}” mövzusu açıldı`, upgraded: "Qrup superqrupa çevrildi",
    reply: "Cavabla", edit: "Redaktə et", map: "Koordinatlar",
    months: ["yanvar", "fevral", "mart", "aprel", "may", "iyun", "iyul", "avqust",
      "sentyabr", "oktyabr", "noyabr", "dekabr"],
    days: ["B.", "B.e.", "Ç.a.", "Ç.", "C.a.", "C.", "Ş."],
  },
  ru: {
    write: "Сообщение", start: "Начать", unblock: "Разблокировать бота",
    block: "Заблокировать бота", send: "Отправить", commands: "Команды", attach: "Прикрепить",
    back: "К списку чатов", more: "Ещё", bot: "бот", typing: "печатает…",
    what: "Что умеет этот бот?", group: (n) => `участников: ${n}`,
    newPerson: "Новый пользователь", newGroup: "Новая группа", name: "Имя",
    title: "Название", language: "Язык приложения", add: "Добавить", cancel: "Отмена",
    photo: "Фото", document: "Файл", sticker: "Стикер", voice: "Голосовое сообщение",
    location: "Геопозиция", venue: "Место", deepLink: "Открыть по ссылке…",
    payload: "Параметр ссылки", invite: "Добавить бота", remove: "Удалить бота",
    edited: "изменено", ok: "ОК", clock: "Часы", hour: "+1 час", day: "+1 день",
    moveTo: "Перейти", person: "Вы пишете как", blocked: "Вы заблокировали этого бота.",
    offline: "Бот не ответил.", open: "Открыть эту ссылку?", gone: "Соединение…",
    joined: (n) => `${n} теперь в группе`, left: (n) => `${n} больше не в группе`,
    topic: (n) => `Создана тема «${n}»`, upgraded: "Группа стала супергруппой",
    reply: "Ответить", edit: "Изменить", map: "Координаты",
    months: ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа",
      "сентября", "октября", "ноября", "декабря"],
    days: ["вс", "пн", "вт", "ср", "чт", "пт", "сб"],
  },
};

export const LANGUAGES = {
  az: "Azərbaycanca", en: "English", ru: "Русский", tr: "Türkçe", uk: "Українська",
  de: "Deutsch", ka: "ქართული", "": "—",
};

export const wordsFor = (language) =>
  WORDS[language.slice(0, 2)] ?? (/^(uk|be|kk|ky)/.test(language) ? WORDS.ru : WORDS.en);

// "2025-11-25T10:00:00+04:00" is told as it is written: in the world's own zone.
export const hourOf = (iso) => iso.slice(11, 16);

export const dayOf = (iso, words) =>
  `${Number(iso.slice(8, 10))} ${words.months[Number(iso.slice(5, 7)) - 1]} ${iso.slice(0, 4)}`;

export const weekdayOf = (iso, words) => words.days[new Date(iso.slice(0, 10)).getUTCDay()];
