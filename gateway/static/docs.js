// The API's description as a page: every operation, what it takes, what it answers. Nothing is fetched from elsewhere.

const main = document.querySelector("#operations");
const count = document.querySelector("#count");
const find = document.querySelector("#find");
const METHODS = ["get", "post", "put", "patch", "delete", "options"];
const DEEPEST = 5;

const description = await (await fetch(main.dataset.description)).json();
const operations = Object.entries(description.paths).flatMap(([path, item]) =>
  METHODS.filter((method) => item[method]).map((method) => ({ path, method, item, ...item[method] })),
);

function element(name, text = "", className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function followed(node) {
  const reference = node?.$ref;
  return reference ? reference.slice(2).split("/").reduce((at, step) => at?.[step], description) : node;
}

function kind(shape) {
  const type = [shape.type ?? []].flat().join(" | ") || (shape.anyOf ? "object | null" : "");
  const more = [shape.format, shape.enum && shape.enum.join(", "), shape.pattern, shape.const].filter(Boolean).join(" · ");
  return more ? `${type} (${more})` : type;
}

function outline(given, depth = 0) {
  const shape = followed(given) ?? {};
  const inner = shape.anyOf ? followed(shape.anyOf.find((each) => each.$ref) ?? shape.anyOf[0]) : shape;
  if (depth > DEEPEST) return "…";
  if (inner.properties) {
    const needed = new Set(inner.required ?? []);
    return Object.fromEntries(
      Object.entries(inner.properties).map(([name, each]) => [needed.has(name) ? `${name} *` : name, outline(each, depth + 1)]),
    );
  }
  if (inner.items) return [outline(inner.items, depth + 1)];
  return kind(inner);
}

function parameters(operation) {
  const found = [...(operation.item.parameters ?? []), ...(operation.parameters ?? [])].map(followed);
  if (!found.length) return [];
  const table = element("table");
  const head = table.createTHead().insertRow();
  for (const title of ["参数 Parameter", "位置 In", "类型 Type", "说明 About"]) {
    const cell = element("th", title);
    cell.scope = "col";
    head.append(cell);
  }
  const rows = table.createTBody();
  for (const each of found) {
    const row = rows.insertRow();
    row.append(
      element("td", each.required ? `${each.name} *` : each.name),
      element("td", each.in),
      element("td", kind(followed(each.schema) ?? {})),
      element("td", each.description ?? ""),
    );
  }
  return [table];
}

function shapes(title, content) {
  return Object.entries(content ?? {}).flatMap(([media, each]) => [
    element("h3", `${title} · ${media}`),
    element("pre", JSON.stringify(outline(each.schema), null, 2)),
  ]);
}

function shown(operation) {
  const made = element("details");
  const line = element("summary");
  line.append(
    element("span", operation.method.toUpperCase(), "method"),
    element("code", operation.path),
    element("span", ` ${operation.summary ?? ""}`, "quiet"),
  );
  made.append(line);
  made.addEventListener("toggle", () => {
    if (!made.open || made.querySelector(".body")) return;
    const body = element("div", "", "body");
    Object.assign(body, { tabIndex: 0, role: "region", ariaLabel: `${operation.method.toUpperCase()} ${operation.path}` });
    const open = (operation.security ?? description.security ?? []).some((each) => !Object.keys(each).length);
    body.append(element("p", open ? "公开 · No session needed" : "须登录 · Needs a session", "quiet"));
    body.append(...parameters(operation), ...shapes("请求 Request", operation.requestBody?.content));
    for (const [status, answer] of Object.entries(operation.responses)) {
      if (status < "300") body.append(...shapes(`答复 Answer ${status}`, followed(answer).content));
    }
    const refusals = Object.keys(operation.responses).filter((status) => status >= "400" && status < "600");
    body.append(element("p", `拒绝 Problems (application/problem+json): ${refusals.join(", ")}`, "quiet"));
    made.append(body);
  });
  return made;
}

function draw() {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (each) => `${each.method} ${each.path} ${each.summary ?? ""} ${each.tags ?? ""}`.toLowerCase();
  const chosen = operations.filter((each) => words.every((word) => text(each).includes(word)));
  const groups = Map.groupBy ? Map.groupBy(chosen, (each) => each.tags?.[0] ?? "") : new Map([["", chosen]]);
  const titles = Object.fromEntries((description.tags ?? []).map((each) => [each.name, each.description]));
  main.replaceChildren(
    ...[...groups].flatMap(([tag, each]) => [element("h2", titles[tag] ?? tag), ...each.map(shown)]),
  );
  count.textContent = `${chosen.length} / ${operations.length}`;
}

find.addEventListener("input", draw);
draw();
