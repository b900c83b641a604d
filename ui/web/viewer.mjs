// The document beside the answer: draws PDFs with pdf.js, marks passages, and what belongs to judging sources.
// PDFs are drawn without scripting, forms and links. No text is ever made HTML. Loaded by page.js.
import { findPhrases, joinedText } from './phrases.mjs';

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const find = (selector, within = document) => within.querySelector(selector);
const FILES = '/goruntuleyici/pdfjs/';
const NEAR = 2; // pages around the passage's own that are searched for its quotes, too
const MOST_PIXELS = 16e6; // of a page's canvas

let library; // pdf.js, once it is wanted
const pdfjs = () => (library ??= import(FILES + 'pdf.min.mjs').then((loaded) => {
  loaded.GlobalWorkerOptions.workerSrc = FILES + 'pdf.worker.min.mjs';
  return loaded;
}));

class Paper { // one PDF in one `.viewer` section
  constructor(section, pdf) {
    this.section = section;
    this.pdf = pdf;
    this.box = find('.pages', section);
    this.zoom = 1;
    this.target = Number(section.dataset.page);
    this.phrases = phrasesOf(section);
    this.closed = false;
  }

  async open() {
    const { url } = this.section.dataset;
    this.task = this.pdf.getDocument({
      url, isEvalSupported: false, enableXfa: false, disableAutoFetch: true, verbosity: 0,
      standardFontDataUrl: FILES + 'fonts/', wasmUrl: FILES + 'wasm/',
    });
    this.document = await this.task.promise;
    const first = await this.document.getPage(Math.min(this.target, this.document.numPages));
    if (this.closed) return;
    this.size = first.getViewport({ scale: 1 });
    this.pages = [];
    for (let number = 1; number <= this.document.numPages; number += 1) {
      const page = document.createElement('div');
      page.className = 'sheet-page';
      page.dataset.number = number;
      this.pages.push(page);
    }
    this.box.replaceChildren(...this.pages);
    find('.of', this.section).textContent = `/ ${this.document.numPages}`;
    find('.state', this.section).hidden = true;
    this.watch = new IntersectionObserver((seen) => {
      for (const { target, isIntersecting } of seen) (isIntersecting ? this.draw(target) : this.wipe(target));
    }, { root: this.box, rootMargin: '700px 0px' });
    this.box.addEventListener('scroll', () => this.tellPage(), { passive: true });
    this.resize = new ResizeObserver(() => this.layout());
    this.layout();
    this.resize.observe(this.box);
    for (const page of this.pages) this.watch.observe(page);
    this.go(this.target);
  }

  scale() { return ((this.box.clientWidth - 24) / this.size.width) * this.zoom; }

  layout() { // the pages' sizes follow the width; what was in the middle stays there
    const width = this.box.clientWidth;
    if (!width || (width === this.width && this.zoom === this.drawn)) return;
    const kept = this.box.scrollHeight > 1 ? this.box.scrollTop / this.box.scrollHeight : 0;
    const scale = this.scale();
    for (const page of this.pages) {
      const size = page.viewport ?? this.size;
      page.style.width = `${Math.floor(size.width * scale)}px`;
      page.style.height = `${Math.floor(size.height * scale)}px`;
    }
    const again = this.width !== undefined;
    this.width = width;
    this.drawn = this.zoom;
    if (!again) return;
    this.box.scrollTop = kept * this.box.scrollHeight;
    for (const page of this.pages) if (page.state) { this.wipe(page); this.watch.unobserve(page); this.watch.observe(page); }
  }

  async draw(page) {
    if (page.state || this.closed) return;
    const state = (page.state = {});
    const number = Number(page.dataset.number);
    const source = await this.document.getPage(number);
    if (page.state !== state) return;
    page.viewport = source.getViewport({ scale: 1 });
    const scale = this.scale();
    const viewport = source.getViewport({ scale });
    page.style.width = `${Math.floor(viewport.width)}px`;
    page.style.height = `${Math.floor(viewport.height)}px`;
    page.style.setProperty('--total-scale-factor', scale);
    const sharp = Math.min(devicePixelRatio || 1, 2, Math.sqrt(MOST_PIXELS / (viewport.width * viewport.height)));
    const canvas = document.createElement('canvas');
    canvas.width = Math.floor(viewport.width * sharp);
    canvas.height = Math.floor(viewport.height * sharp);
    canvas.setAttribute('aria-hidden', 'true');
    const layer = document.createElement('div');
    layer.className = 'textLayer';
    page.replaceChildren(canvas, layer);
    state.task = source.render({
      canvas, viewport, transform: sharp === 1 ? null : [sharp, 0, 0, sharp, 0, 0],
      annotationMode: this.pdf.AnnotationMode.ENABLE,
    });
    const text = new this.pdf.TextLayer({ textContentSource: source.streamTextContent(), container: layer, viewport });
    try {
      await Promise.all([state.task.promise, text.render()]);
    } catch (error) {
      if (error?.name !== 'RenderingCancelledException' && page.state === state) this.fail();
      return;
    }
    if (page.state !== state) return;
    const off = Math.abs(number - this.target);
    if (off > NEAR) return;
    const marked = markIn(text.textDivs, this.phrases, off === 0);
    if (off === 0) this.arrive(page, marked);
  }

  arrive(page, marked) { // the passage's own page was drawn
    const state = find('.state', this.section);
    const quoted = this.phrases.length > 0;
    state.hidden = marked > 0 || !quoted;
    if (!state.hidden) state.textContent = this.section.dataset.missing;
    if (this.arrived) return;
    this.arrived = true;
    const mark = find('mark.quote', page) ?? find('mark', page);
    if (!mark) return;
    const [box, here] = [this.box.getBoundingClientRect(), mark.getBoundingClientRect()];
    this.box.scrollTop += here.top - box.top - box.height / 3;
  }

  wipe(page) {
    page.state?.task?.cancel();
    delete page.state;
    page.replaceChildren();
  }

  go(number) {
    const page = this.pages?.[Math.min(Math.max(1, number), this.pages.length) - 1];
    if (page) this.box.scrollTop = page.offsetTop - 10;
    this.tellPage();
  }

  current() {
    const middle = this.box.scrollTop + this.box.clientHeight / 3;
    return this.pages.findLast((page) => page.offsetTop <= middle) ?? this.pages[0];
  }

  tellPage() {
    const box = find('.page-number', this.section);
    if (this.pages && box !== document.activeElement) box.value = this.current().dataset.number;
  }

  step(by) { if (this.pages) this.go(Number(this.current().dataset.number) + by); }

  magnify(by) {
    this.zoom = Math.min(4, Math.max(0.5, this.zoom * by));
    if (this.pages) this.layout();
  }

  fail() {
    const state = find('.state', this.section);
    state.hidden = false;
    state.textContent = this.section.dataset.wrong;
  }

  close() {
    this.closed = true;
    this.watch?.disconnect();
    this.resize?.disconnect();
    for (const page of this.pages ?? []) this.wipe(page);
    this.task?.destroy();
  }
}

const phrasesOf = (section) => all('.phrases q', section).map((q) => ({ kind: q.className, text: q.textContent }));

// Marks the phrases in elements that hold nothing but text; returns how many were found. `sure`: the passage
// stands here, so pieces of it are enough; elsewhere most of a phrase must be there.
function markIn(elements, phrases, sure) {
  const whole = joinedText(elements.map((element) => element.textContent));
  const marks = elements.map(() => []);
  let found = 0;
  for (const { kind, text } of phrases) {
    const ranges = findPhrases(whole, text, sure && kind === 'near' ? 0.1 : 0.5);
    found += ranges.length > 0;
    for (const { element, start, end } of ranges) marks[element].push({ start, end, kind });
  }
  elements.forEach((element, index) => { if (marks[index].length) split(element, marks[index]); });
  return found;
}

function split(element, marks) {
  const text = element.textContent;
  const cuts = [...new Set([0, text.length, ...marks.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
  const parts = [];
  for (let i = 0; i + 1 < cuts.length; i += 1) {
    const [start, end] = [cuts[i], cuts[i + 1]];
    const kinds = marks.filter((mark) => mark.start <= start && end <= mark.end).map((mark) => mark.kind);
    const piece = document.createTextNode(text.slice(start, end));
    if (!kinds.length) { parts.push(piece); continue; }
    const mark = document.createElement('mark');
    mark.className = kinds.includes('quote') ? 'quote' : 'near';
    mark.append(piece);
    parts.push(mark);
  }
  element.replaceChildren(...parts);
}

function showText(section) { // the passage is marked by the server; its quotes are marked here
  const here = find('.part.here', section);
  if (!here) return;
  const beside = [here.previousElementSibling, here, here.nextElementSibling].filter((one) => one?.matches('.part'));
  const nodes = beside.flatMap((part) => {
    const walk = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walk.nextNode()) texts.push(walk.currentNode);
    return texts;
  });
  const holders = nodes.map((node) => { // each text in an element of its own
    const holder = document.createElement('span');
    node.replaceWith(holder);
    holder.append(node);
    return holder;
  });
  markIn(holders, phrasesOf(section), false);
  const sheet = find('.sheet', section);
  const mark = find('mark.quote', here) ?? here;
  sheet.scrollTop += mark.getBoundingClientRect().top - sheet.getBoundingClientRect().top - sheet.clientHeight / 4;
}

export function start(root) {
  let paper = null;
  let shown = null; // the `.viewer` section that is drawn
  let opener = null; // what had the focus before
  const part = document.getElementById('viewer');

  const open = () => {
    const section = find('.viewer', part);
    if (!section) return;
    root.dataset.viewer = 'open';
    root.dataset.drawer = innerWidth <= 960 ? 'right' : root.dataset.drawer ?? '';
    if (section === shown && section.dataset.key === section.shownKey) { paper?.go(paper.target); return; }
    paper?.close();
    paper = null;
    shown = section;
    section.shownKey = section.dataset.key;
    if (section.dataset.kind === 'pdf') {
      const mine = pdfjs().then((pdf) => {
        if (shown !== section) return;
        paper = new Paper(section, pdf);
        return paper.open();
      });
      const opened = () => paper;
      mine.catch(() => { if (shown === section) (opened() ?? new Paper(section, null)).fail(); });
    } else showText(section);
    find('.back', section).focus({ preventScroll: true });
  };
  const close = () => {
    delete root.dataset.viewer;
    if (opener?.isConnected) opener.focus({ preventScroll: true });
  };
  const isShown = ({ turn, hit, chunk, kind }) => {
    const section = find('.viewer', part);
    const asked = chunk ? `chunk=${chunk}` : `turn=${turn}&hit=${hit}`;
    return section?.dataset.key?.startsWith(`${asked}&kind=`) && (!kind || section.dataset.kind === kind);
  };

  const seek = (box) => {
    box.hidden = false;
    find('input', box).focus();
    box.scrollIntoView({ block: 'nearest' });
  };
  const sentText = (button, field) => { button.dataset.text = field?.value ?? ''; };
  const shut = (name) => { const box = find(`#chat-view section.${name}`); if (box) box.hidden = true; };

  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('button');
    if (!button) return;
    const { action, viewer } = button.dataset;
    if (action === 'show') {
      if (!button.closest('#viewer')) opener = button;
      if (isShown(button.dataset)) { event.stopPropagation(); open(); }
    } else if (action === 'seek') sentText(button, find('input', button.parentElement));
    else if (action === 'remark') sentText(button, find('textarea', button.closest('.remark')));
    else if (action === 'where') {
      shut('remark');
      delete root.dataset.viewer;
      if (innerWidth <= 960) root.dataset.drawer = 'right';
      const box = find('#where .seek');
      if (box?.dataset.turn === button.dataset.turn) { event.stopPropagation(); seek(box); } // it is there already
    }
    else if (action === 'point') {
      const pressed = button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', pressed);
      button.dataset.right = pressed;
    } else if (button.dataset.close) shut(button.dataset.close);
    else if (button.matches('.reason')) {
      const on = button.getAttribute('aria-checked') !== 'true';
      for (const one of all('.reason', button.parentElement)) one.setAttribute('aria-checked', 'false');
      button.setAttribute('aria-checked', on);
      find('.save', button.closest('.remark')).dataset.reason = on ? button.dataset.reason : '';
    } else if (viewer === 'close') close();
    else if (viewer === 'previous') paper?.step(-1);
    else if (viewer === 'next') paper?.step(1);
    else if (viewer === 'smaller') paper?.magnify(1 / 1.2);
    else if (viewer === 'larger') paper?.magnify(1.2);
  }, true);
  document.addEventListener('keydown', (event) => {
    const { key, target } = event;
    if (key === 'Enter' && target.matches('#where input')) { event.preventDefault(); find('#where .go').click(); }
    else if (key === 'Enter' && target.matches('.page-number')) paper?.go(Number(target.value) || 1);
    else if (key === 'Escape') {
      const remark = find('#remark .remark:not([hidden])');
      if (remark) { shut('remark'); event.stopPropagation(); } else if (root.dataset.viewer) { close(); event.stopPropagation(); }
    }
  }, true);

  const follow = (id, act) => new MutationObserver(act).observe(document.getElementById(id), { childList: true, subtree: true, attributes: true, attributeFilter: ['data-key'] });
  follow('viewer', () => { const section = find('.viewer', part); if (section && section.shownKey !== section.dataset.key) open(); });
  // Gradio changes a part in place, and what was typed stays in the field: a remark on something else begins anew.
  new MutationObserver(() => {
    const area = find('#remark textarea');
    if (area) area.value = area.defaultValue;
  }).observe(find('#remark'), { subtree: true, attributes: true, attributeFilter: ['data-turn', 'data-target'] });
  let focused = null;
  follow('where', () => {
    const box = find('#where .seek');
    if (!box || box === focused) return;
    focused = box;
    seek(box);
  });
  follow('sources', () => { // the search belongs to one answer
    const turn = find('#sources .sources')?.dataset.turn;
    if (turn && find('#where .seek') && find('#where .seek').dataset.turn !== turn) shut('seek');
  });
  // Another conversation is shown: its document belongs to it no longer.
  let conversation = null;
  follow('past', () => {
    const now = find('#past .past')?.dataset.conversation ?? '';
    if (conversation !== null && conversation !== now) { delete root.dataset.viewer; shut('seek'); shut('remark'); }
    conversation = now;
  });
}
