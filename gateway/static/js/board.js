// Keeps the wall as it is. New events come as server-sent events, numbered, so nothing is missed across a reconnect; each
// makes the wall fetch its changing part anew. What cannot be reached is tried again, for ever, and the wall says so.
const now = document.getElementById("now");
const link = document.getElementById("link");
const clock = document.getElementById("clock");
const said = document.getElementById("said");
const AGAIN = 2000;
const EVERY = 15000;
const format = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "medium" });

let shown = Number(now.firstElementChild.dataset.last);
let law = 0; // the law's time as last told, and when that was
let heard = 0;
let fetching = null; // while the wall is being fetched, what tells of its end
let wanted = false;

function tell(live) {
  document.body.dataset.link = live ? "live" : "away";
  const words = live ? link.dataset.live : link.dataset.away;
  if (link.textContent !== words) link.textContent = words;
}

function take() {
  const { at, last, away } = now.firstElementChild.dataset;
  shown = Math.max(shown, Number(last));
  if (at) [law, heard] = [Date.parse(at), performance.now()];
  tell(!away);
}

// Fetches the part that changes; what is asked for meanwhile is fetched after it. Done when the wall shows what was asked for.
function refresh() {
  wanted = true;
  fetching ??= fetchAll();
  return fetching;
}

async function fetchAll() {
  try {
    while (wanted) {
      wanted = false;
      const answer = await fetch("/board/now", { cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const piece = new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
      now.replaceChildren(document.adoptNode(piece));
      take();
    }
  } catch {
    tell(false);
  } finally {
    fetching = null;
  }
}

function follow() {
  const source = new EventSource(`/board/events?since=${shown}`);
  source.addEventListener("open", refresh);
  source.addEventListener("shown", async (message) => {
    shown = Math.max(shown, Number(message.lastEventId));
    await refresh();
    const line = document.querySelector(`#events [data-number="${Number(message.lastEventId)}"] strong`);
    if (line) said.textContent = line.textContent;
  });
  source.addEventListener("error", () => {
    tell(false);
    if (source.readyState !== EventSource.CLOSED) return; // it comes again by itself
    source.close();
    setTimeout(follow, AGAIN);
  });
}

take();
follow();
setInterval(refresh, EVERY);
setInterval(() => {
  if (law) clock.textContent = format.format(new Date(law + performance.now() - heard));
}, 1000);
