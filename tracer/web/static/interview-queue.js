// What waits to be saved: one queue for a page, sent in order, sent again while the line is broken. A newer answer to
// the same question replaces one that still waits. It is in this page's memory and nowhere else on this computer.
const FIRST = 1000;
const LONGEST = 15000;

export class Queue {
  // `post` sends a batch and says what became of it: { ok: reply }, { again }, { hold } or { refused: why }.
  // `known` says what the page knows of a question; `heard` takes a reply in; `tell` shows the state.
  constructor({ post, known, heard, tell }) {
    Object.assign(this, { post, known, heard, tell });
    this.waiting = new Map();
    this.sent = new Map();
    this.unsure = new Set();
    this.seq = 0;
    this.delay = 0;
    this.busy = false;
    this.stopped = "";
    this.settling = [];
  }

  get size() {
    return new Set([...this.waiting.keys(), ...this.sent.keys()]).size;
  }

  has(key) {
    return this.waiting.has(key) || this.sent.has(key);
  }

  give(key, what) {
    this.seq += 1;
    this.waiting.delete(key);
    this.waiting.set(key, { key, seq: this.seq, ...what });
    this.say();
  }

  batch(changes) {
    return changes.map((change) => ({ known: this.known(change.key), unsure: this.unsure.has(change.key), ...change }));
  }

  async send() {
    if (this.busy || !this.waiting.size || this.stopped) return;
    clearTimeout(this.timer);
    this.busy = true;
    this.sent = this.waiting;
    this.waiting = new Map();
    this.say();
    let came;
    try {
      came = await this.post(this.batch([...this.sent.values()]));
    } catch {
      came = { again: true };
    }
    this.busy = false;
    if (came.ok) this.saved(came.ok);
    else this.keep(came);
    this.say(came);
    if (this.waiting.size && !this.stopped) this.timer = setTimeout(() => this.send(), this.delay);
    if (!this.size) for (const done of this.settling.splice(0)) done(true);
  }

  saved(reply) {
    const sent = this.sent;
    this.sent = new Map();
    for (const key of sent.keys()) this.unsure.delete(key);
    this.delay = 0;
    this.heard(reply, sent);
  }

  // What was sent waits again, before what came meanwhile, unless that replaces it.
  keep({ again, hold, refused }) {
    const newer = this.waiting;
    if (again) for (const key of this.sent.keys()) this.unsure.add(key);
    this.waiting = new Map([...this.sent].filter(([key]) => !newer.has(key)));
    for (const [key, change] of newer) this.waiting.set(key, change);
    this.sent = new Map();
    this.stopped = refused || "";
    const longer = Math.min(this.delay ? this.delay * 2 : FIRST, LONGEST);
    this.delay = hold ? 10000 : longer * (0.75 + Math.random() / 2);
  }

  // The line, the sign-in or the person is back: at once.
  wake() {
    this.delay = 0;
    this.stopped = "";
    this.send();
  }

  // Whether everything is saved, within a time.
  settled(patience) {
    if (!this.size) return Promise.resolve(true);
    this.wake();
    return new Promise((done) => {
      this.settling.push(done);
      setTimeout(() => done(!this.size), patience);
    });
  }

  // The page goes: what is under way may not have arrived, and is sent with the rest once more.
  last() {
    const all = new Map([...this.sent, ...this.waiting]);
    return this.batch([...all.values()].map((change) => ({ ...change, unsure: true })));
  }

  say(came = {}) {
    this.tell({ size: this.size, busy: this.busy, failing: this.delay > 0, stopped: this.stopped, ...came });
  }
}
