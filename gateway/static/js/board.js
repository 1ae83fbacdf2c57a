// Keeps the wall as it is: what is new comes as server-sent events, numbered, so nothing is missed across a reconnect.
const list = document.getElementById("events");
const now = document.getElementById("now");
const MOST = 12;

function line(event) {
  const item = document.createElement("li");
  const shows = event.shows ?? {};
  const words = ["project", "lot", "title", "supplier_name", "name", "price", "room"].map((key) => shows[key]).filter(Boolean);
  const time = new Date(event.at).toLocaleTimeString(document.documentElement.lang, { timeZone: "Asia/Shanghai", hour12: false });
  item.textContent = `${time}  ${shows.words ?? event.kind}  ${words.join(" · ")}`;
  return item;
}

async function refresh() {
  try {
    const answer = await fetch("/board/now", { cache: "no-store" });
    if (answer.ok) now.innerHTML = await answer.text();
  } catch {
    document.body.dataset.away = "yes"; // the stream tries again by itself
  }
}

const source = new EventSource(`/board/events?since=${document.body.dataset.last}`);
source.addEventListener("shown", (message) => {
  list.prepend(line(JSON.parse(message.data)));
  while (list.children.length > MOST) list.lastElementChild.remove();
  refresh();
});
setInterval(refresh, 15000);
