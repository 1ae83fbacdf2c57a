// The verify page: fetches a project's record (or takes one from disk), checks it here, and says what was checked.
import { canCheck, checkRecord } from "./record-check.js";

const place = document.getElementById("findings");
const again = document.getElementById("again");
const file = document.getElementById("file");
const sentences = JSON.parse(place.dataset.sentences);
const format = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "short" });

function element(name, text = "", className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function sentence({ code, figures }) {
  const time = Date.parse(figures.time) ? { time: format.format(new Date(figures.time)) } : {};
  const told = { ...figures, ...time };
  return (sentences[code] ?? code).replace(/\{(\w+)\}/g, (blank, name) => told[name] ?? blank);
}

function list(key, reasons) {
  if (!reasons.length) return [];
  const items = element("ul");
  items.append(...reasons.map((each) => element("li", sentence(each))));
  return [element("h4", sentences[key]), items];
}

function card(finding, number) {
  const yes = !finding.reasons.length;
  const made = element("section", "", `card ${yes ? "good" : "bad"}`);
  const heading = element("h3", `${sentences[number ? "verify.draw" : "verify.record"]}: `);
  heading.append(element("span", sentences[yes ? "verify.yes" : "verify.no"], "verdict"));
  made.append(heading, ...list("verify.checked", finding.shown), ...list("verify.reasons", finding.reasons),
    ...list("verify.cautions", finding.cautions));
  return made;
}

const notice = (key, className = "card") => place.replaceChildren(element("p", sentences[key], className));

async function say(name, text) {
  notice("verify.working");
  await new Promise((painted) => { requestAnimationFrame(() => setTimeout(painted)); });
  if (!(await canCheck())) return notice("verify.cannot", "card bad");
  const findings = await checkRecord(name, text);
  return place.replaceChildren(...findings.map(card));
}

async function fetched() {
  notice("verify.working");
  let text;
  try {
    const answer = await fetch(place.dataset.record, { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    text = await answer.text();
  } catch {
    return notice("verify.unreachable", "card bad");
  }
  return say("record", text);
}

if (place.dataset.record) {
  again.hidden = false;
  again.addEventListener("click", fetched);
  await fetched();
}
file?.addEventListener("change", async () => {
  if (file.files.length) await say(file.files[0].name, await file.files[0].text());
});
