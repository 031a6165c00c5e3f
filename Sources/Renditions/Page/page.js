// The page's own part: reads the bundle that stands in it, checks it, compares the page with it, and says what came
// out.

/** Says in `data-verdict` and in words what was found, and takes the place of what stood there unchecked. */
class Verdict {
  constructor() {
    this.began = performance.now();
    document.documentElement.dataset.checking = "";
  }

  /** @param word `valid`, `invalid` or `unknown` */
  say(word, title, sentences, found = null, place = null) {
    const panel = document.getElementById("verdict") ?? document.body.insertBefore(
      document.createElement("section"), document.body.firstChild);
    const made = (name, words, attributes = {}) => {
      const element = document.createElement(name);
      element.textContent = words;
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      return element;
    };
    panel.id = "verdict";
    panel.className = "verdict";
    panel.replaceChildren(made("h2", title), ...sentences.map((sentence) => made("p", sentence)));
    const element = place?.nodeType === Node.TEXT_NODE ? place.parentElement : place;
    if (element?.setAttribute && document.body.contains(element)) {
      element.setAttribute("data-differs", "");
      panel.append(made("p", "It is marked where it stands, the first of perhaps several."));
    }
    if (found) panel.append(this.comparison(found, made));
    const { dataset } = document.documentElement;
    if (found) dataset.bundle = found.verdict;
    if (found) {
      const result = made("script", JSON.stringify(published(found)), { type: "application/json", id: "result" });
      document.body.append(result);
    }
    dataset.milliseconds = String(Math.round(performance.now() - this.began));
    delete dataset.checking;
    dataset.verdict = word;
  }

  /**
   * A field for an id that the reader knows by other means, and a way to take the bundle out. Of a proof it is that of
   * a key record: whoever makes one can let it call itself of any roadmap.
   */
  comparison(found, made) {
    const { roadmap, scope } = found.ledger;
    const isProof = scope === "provision";
    const records = (found.parties ?? []).flatMap(({ id: party, chain }) =>
      chain.map((one) => [one.id, `A key record of ${party}.`]));
    const known = isProof ? records : [[roadmap, "The same roadmap."]];
    const box = made("div", "", { class: "compare" });
    const field = made("input", "", { id: "known", autocomplete: "off", spellcheck: "false", inputmode: "text" });
    const answer = made("output", "", { for: "known" });
    field.addEventListener("input", () => {
      const digits = field.value.toLowerCase().replace(/[^0-9a-f]/g, "");
      const [, alike] = known.find(([one]) => one.startsWith(digits)) ?? [];
      const isEnough = alike && digits.length >= 32;
      answer.textContent = digits === "" ? "" : isEnough ? alike : alike ? "Alike so far; go on to 32 digits at least."
        : isProof ? "No key record of it." : "Another roadmap: do not believe this page.";
      answer.className = digits === "" ? "" : isEnough ? "good" : alike ? "" : "bad";
    });
    const button = made("button", "Take the bundle out", { type: "button" });
    button.addEventListener("click", () => saveBundle(roadmap));
    const asked = isProof ? "The id of a key record that you know: " : "The fingerprint or id that you know: ";
    box.append(made("label", asked, { for: "known" }), field, answer, button);
    return box;
  }
}

function bundleBytes() {
  return bytesOfBase64(document.getElementById("bundle").textContent);
}

function saveBundle(roadmap) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bundleBytes()], { type: "application/octet-stream" }));
  link.download = `${short(roadmap)}.syngraph`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

const REFUSALS = {
  "bad-signature": "a signature is not that of its key",
  "unknown-key": "a signature is by a key that its party does not have",
  "duplicate-record": "a record stands in it twice",
  "too-early": "a record comes before something that it is built on, names or is signed under",
  "other-roadmap": "a record belongs to another roadmap",
  "wrong-version": "a change of keys is not the next",
  "unexpected-kind": "it has a record that does not belong there",
  "not-of-this-proof": "a record speaks of another version or state than it shows",
};

const TEST_KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

/** Whether this browser checks Ed25519: it takes the first signature of RFC 8032, and refuses it over other words. */
async function knowsEd25519() {
  const signature = bytesOfHex("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc6"
    + "1e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
  try {
    const key = await crypto.subtle.importKey("raw", bytesOfHex(TEST_KEY), { name: "Ed25519" }, false, ["verify"]);
    const takes = (words) => crypto.subtle.verify({ name: "Ed25519" }, key, signature, bytesOfText(words));
    return (await takes("")) && !(await takes("other words"));
  } catch {
    return false;
  }
}

async function checkPage() {
  const verdict = new Verdict();
  if (!globalThis.crypto?.subtle) {
    return verdict.say("unknown", "It could not be checked", ["This browser lends its cryptography only to pages that "
      + "were opened from a file or by https. Save the page, and open the file."]);
  }
  const invalid = (sentence, found, place) =>
    verdict.say("invalid", "Do not believe this page", [sentence], found, place);
  let data;
  try {
    data = bundleBytes();
  } catch {
    return invalid("There is no bundle in it that can be read.");
  }
  let found;
  try {
    found = await verified(data);
  } catch (error) {
    if (error instanceof NotABundle) return invalid("What stands in the place of its bundle is none.");
    return verdict.say("unknown", "It could not be checked", [`The program in it failed: ${error.message}.`]);
  }
  if (found.refusal) {
    const { record, code } = found.refusal;
    const where = record === null ? "" : ` (record ${record})`;
    return invalid(`The records in it are not in order: ${REFUSALS[code] ?? code}${where}.`, found);
  }
  try {
    const script = document.querySelector("script[type=module]");
    const Contents = found.proof ? ProofPageContents : PageContents;
    await compareFrame(new Contents(found, await idOf(bytesOfText(script.textContent))));
  } catch (error) {
    const what = error instanceof Difference ? "It does not show what its records say" : "It is not whole";
    return invalid(`${what}: ${error.message}.`, found, error.node);
  }
  return sayGood(verdict, found);
}

async function sayGood(verdict, found) {
  const { ledger, evidence, lacking } = found;
  if (!ledger.isChecked || !(await knowsEd25519())) {
    verdict.say("unknown", "It could not be checked", ["This browser does not check the signatures in it (Ed25519). "
      + "What else can be checked holds. Take another browser, or another verifier."], found);
    return;
  }
  const [records, signatures] = [counted(ledger.count, "record"), counted(ledger.signatureCount, "signature")];
  const sentences = [`${records} and ${signatures} were checked, and every word of this page follows from them.`];
  if (found.proof) return sayGoodProof(verdict, found, sentences);
  if (found.verdict === "forked") {
    const convicted = found.judgements.filter((one) => one.verdict === "convicted");
    const isOfNode = ({ kind }) => kind === "two-states" || kind === "forked-journal";
    const those = (some) => list([...new Set(some.map((one) => one.party))].sort(compared));
    const lies = [...evidence, ...convicted].filter((one) => !isOfNode(one));
    const stories = [...evidence, ...convicted].filter(isOfNode);
    if (lies.length > 0) sentences.push(`They prove a lie, of ${those(lies)}.`);
    if (stories.length > 0) sentences.push(`They prove two stories, told by a node of ${those(stories)}.`);
  }
  if (lacking.length > 0) {
    const are = lacking.length === 1 ? "is" : "are";
    sentences.push(`${counted(lacking.length, "record")} that they name ${are} not in it.`);
  }
  sentences.push("That this is the roadmap that you mean, the page cannot know: compare the fingerprint.");
  const titles = { valid: "It holds", incomplete: "It holds, and is incomplete", forked: "It holds, and proves a lie" };
  verdict.say("valid", titles[found.verdict], sentences, found);
}

function sayGoodProof(verdict, found, sentences) {
  if (found.certifying.length === 0) {
    verdict.say("valid", "It holds, and is incomplete", [...sentences, NOBODYS_WORD], found);
    return;
  }
  const names = list(found.certifying.map((party) => party.id));
  sentences.push(`That it is in force is the word of ${names}. Whose keys these are, and of which roadmap, the page `
    + "cannot know: compare the key records.");
  verdict.say("valid", "It holds, on the word of those who signed", sentences, found);
}
