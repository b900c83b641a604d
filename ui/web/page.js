// What the page does in the browser alone: views, drawers, citation marks, votes drawn at once, scrolling.
// All clicks are caught at the document, since the server replaces the parts. No text is ever made HTML.
() => {
  const root = document.getElementById('top').parentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const find = (selector) => document.querySelector(selector);

  const showView = (view) => {
    root.dataset.view = view;
    for (const tab of all('[role=tab]')) tab.setAttribute('aria-selected', tab.dataset.view === view);
    find(`[role=tab][data-view=${view}]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    showDrawer('');
  };
  // --- the choice of documents: the server draws the bar and the list again with each click -------------
  let chosen = ''; // the row that was clicked last, which gets the focus back
  const showScope = (open) => {
    root.dataset.scope = open ? 'open' : '';
    find('#scope-bar .toggle')?.setAttribute('aria-expanded', open);
    if (open) find('#scope-find input, #scope-find textarea')?.focus();
  };
  const refocus = () => {
    find('#scope-bar .toggle')?.setAttribute('aria-expanded', root.dataset.scope === 'open');
    if (!chosen || document.activeElement !== document.body) return;
    all('#scope-list [data-name]').find((row) => row.dataset.name === chosen)?.focus();
  };

  const showDrawer = (side) => { root.dataset.drawer = side; };

  // --- sources ---------------------------------------------------------------------------------------
  const showQuote = (source) => { // a passage is longer than its box
    const box = source.querySelector('.passage');
    const quote = box?.querySelector('.quote');
    if (quote) box.scrollTop += quote.getBoundingClientRect().top - box.getBoundingClientRect().top - 40;
  };
  const showQuotes = () => { for (const source of all('#sources .source[open]')) showQuote(source); };
  document.addEventListener('toggle', (event) => {
    if (event.target.matches('.source[open]')) showQuote(event.target);
  }, true);
  let wanted = null; // a source to open as soon as the panel shows its answer
  const openSource = () => {
    const panel = find('#sources .sources');
    if (!wanted || !panel || (panel.dataset.turn || '') !== wanted.turn) return;
    const number = wanted.number;
    wanted = null;
    const source = all('.source', panel).find((one) => one.dataset.numbers.split(' ').includes(number));
    if (!source) return;
    source.open = true;
    for (const other of all('.source.active')) other.classList.remove('active');
    source.classList.add('active');
    source.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
    source.querySelector('summary').focus({ preventScroll: true });
    source.querySelector('[data-action=show]')?.click(); // viewer.mjs opens the document beside the answer
  };
  const cite = (mark) => {
    const turn = mark.closest('.turn');
    wanted = { turn: turn.dataset.turn || '', number: mark.dataset.cite };
    showDrawer('right');
    const panel = find('#sources .sources');
    if (panel && (panel.dataset.turn || '') === wanted.turn) openSource();
    else turn.querySelector('[data-action=sources]')?.click();
  };

  // --- votes: drawn at once; the server draws them again if it could not keep them ---------------------
  const vote = (button) => {
    const taken = button.getAttribute('aria-pressed') === 'true';
    const sent = taken ? '0' : button.dataset.vote;
    for (const one of all('[data-action=vote]', button.parentElement)) one.setAttribute('aria-pressed', 'false');
    if (!taken) button.setAttribute('aria-pressed', 'true');
    // The part's own listener reads the dataset after this one has run (this one is in the capture phase).
    const kept = button.dataset.vote;
    button.dataset.vote = sent;
    queueMicrotask(() => setTimeout(() => { button.dataset.vote = kept; }));
  };

  // --- copying -----------------------------------------------------------------------------------------
  const copy = async (text, button) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch { // no clipboard where the page is not served from this machine or over https
      const area = document.createElement('textarea');
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
    }
    button.dataset.done = button.dataset.copied;
    setTimeout(() => { delete button.dataset.done; }, 1500);
  };
  const answerText = (button) => {
    const text = button.closest('.answer').querySelector('.text').cloneNode(true);
    for (const mark of all('.cite', text)) mark.textContent = ` [${mark.textContent}]`;
    for (const mark of all('.doubt', text)) mark.textContent = mark.closest('pre') ? '\n[?]' : ' [?]';
    for (const block of all('p, li, h4, pre, tr, br', text)) block.append('\n');
    return text.textContent.trim();
  };

  // --- one listener for all ------------------------------------------------------------------------------
  document.addEventListener('click', (event) => {
    const at = (selector) => event.target.closest?.(selector);
    const button = at('button');
    for (const open of all('.confirm.asking')) if (!open.contains(event.target)) open.classList.remove('asking');
    if (at('.stop-button')) find('#live .turn.growing')?.classList.add('is-stopped');
    if (root.dataset.scope && !at('#scope')) showScope(false);
    if (!button) {
      if (!at('#left, #right') && root.dataset.drawer) showDrawer('');
      return;
    }
    const { dataset } = button;
    if (dataset.view) showView(dataset.view);
    else if (dataset.drawer !== undefined) showDrawer(root.dataset.drawer === dataset.drawer ? '' : dataset.drawer);
    else if (dataset.cite) cite(button);
    else if (dataset.confirm !== undefined) {
      button.closest('.confirm').classList.add('asking');
      button.closest('.confirm').querySelector('.danger').focus();
    } else if (dataset.cancel !== undefined) button.closest('.confirm').classList.remove('asking');
    else if (dataset.action === 'vote') vote(button);
    else if (dataset.action === 'look') showScope(root.dataset.scope !== 'open');
    else if (dataset.action === 'choose') chosen = dataset.name;
    else if (dataset.action === 'copy') copy(answerText(button), button);
    else if (dataset.action === 'copy-path') copy(button.closest('.folder').querySelector('code').textContent, button);
    else if (dataset.action === 'sources') showDrawer('right');
    else if (['open', 'new'].includes(dataset.action)) { showDrawer(''); find('#box textarea')?.focus(); }
    else if (dataset.action === 'ask' && find('#box .stop-button')) event.stopPropagation(); // one at a time
  }, true);
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    showDrawer('');
    if (root.dataset.scope) { showScope(false); find('#scope-bar .toggle')?.focus(); }
    for (const open of all('.confirm.asking')) open.classList.remove('asking');
  });

  // --- what follows from what the server drew --------------------------------------------------------------
  const scroll = find('#scroll');
  let near = true;
  scroll.addEventListener('scroll', () => {
    near = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120;
  });
  let last = '';
  const follow = () => {
    const past = find('#past .past');
    if (!past) return; // nothing was loaded yet; the address still says what to load
    const id = past.dataset.conversation;
    const url = new URL(location.href);
    if ((url.searchParams.get('c') ?? '') !== id) {
      if (id) url.searchParams.set('c', id); else url.searchParams.delete('c');
      history.replaceState(null, '', url);
    }
    const turn = `${id} ${all('#past .turn, #live .turn').length}`;
    if (turn !== last) { near = true; last = turn; }
    if (near) scroll.scrollTop = scroll.scrollHeight;
  };
  const label = () => {
    const names = { '.submit-button': 'send', '.stop-button': 'stop' };
    for (const [selector, name] of Object.entries(names))
      for (const button of all(`#box ${selector}`)) {
        const said = find('#hint [data-' + name + ']')?.dataset[name] ?? '';
        if (button.getAttribute('aria-label') !== said) { button.setAttribute('aria-label', said); button.title = said; }
      }
  };
  for (const part of ['#past', '#live'])
    new MutationObserver(follow).observe(find(part), { childList: true, subtree: true, characterData: true, attributes: true });
  new MutationObserver(() => { showQuotes(); openSource(); }).observe(find('#sources'), { childList: true, subtree: true, attributes: true, attributeFilter: ['data-turn'] });
  for (const part of ['#scope-bar', '#scope-list'])
    new MutationObserver(refocus).observe(find(part), { childList: true, subtree: true });
  new MutationObserver(label).observe(find('#box'), { childList: true, subtree: true });
  label();
  showView('chat');
  import('/goruntuleyici/viewer.mjs').then((viewer) => viewer.start(root));
}
