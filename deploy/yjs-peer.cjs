// Plays one recorded editing session in Yjs and says how long that took, for `deploy/compare-drafting --yjs DIR`.
//
//   node deploy/yjs-peer.cjs DIR TRACE [--processor-time]    DIR/node_modules holds yjs and lib0 (Debian: node-yjs, node-lib0)
//
// Answers in JSON with milliseconds, medians of five, and bytes. Loading is: from one update to the text as a string.
"use strict";
const fs = require("fs"), path = require("path"), zlib = require("zlib");
const Y = require(path.join(path.resolve(process.argv[2]), "node_modules/yjs"));
const file = fs.readFileSync(process.argv[3]);
const trace = JSON.parse(process.argv[3].endsWith(".gz") ? zlib.gunzipSync(file) : file);

const median = (numbers) => numbers.slice().sort((a, b) => a - b)[numbers.length >> 1];
const now =
  process.argv[4] === "--processor-time"
    ? () => { const used = process.cpuUsage(); return (used.user + used.system) / 1e3; }
    : () => Number(process.hrtime.bigint()) / 1e6;
const timed = (work) => {
  const start = now();
  const made = work();
  return [now() - start, made];
};

// Yjs counts in UTF-16, the sessions in scalars: they agree where no scalar is beyond U+FFFF.
const astral = /[\u{10000}-\u{10ffff}]/u;
const patches = trace.txns.flatMap((txn) => txn.patches);
if (patches.some((patch) => astral.test(patch[2])) || astral.test(trace.startContent)) {
  console.log("{}");
  process.exit(0);
}

function apply() {
  const document = new Y.Doc();
  const text = document.getText("text");
  if (trace.startContent) text.insert(0, trace.startContent);
  for (const [position, deleted, inserted] of patches) {
    if (deleted) text.delete(position, deleted);
    if (inserted) text.insert(position, inserted);
  }
  return [document, text.toString()];
}

function load(update) {
  const document = new Y.Doc();
  Y.applyUpdate(document, update);
  return [document, document.getText("text").toString()];
}

const [apply_ms, [document, text]] = timed(apply);
if (text !== trace.endContent) throw new Error("the text at the end is not the session's");
const update = Y.encodeStateAsUpdate(document);
const loads = [], edits = [];
for (let run = 0; run < 5; run += 1) {
  loads.push(timed(() => load(update))[0]);
  edits.push(timed(() => {
    const [loaded, read] = load(update);
    const middle = read.length >> 1;
    loaded.getText("text").delete(middle, 1);
    loaded.getText("text").insert(middle, "x");
    return loaded.getText("text").toString();
  })[0]);
}
console.log(JSON.stringify({
  apply_s: apply_ms / 1e3, size_update: update.length, load_ms_update: median(loads), load_and_edit_ms: median(edits),
}));
