// The documents view in the browser: sending files one after the other with their progress, and keeping the focus
// where the server draws a part again. No text is ever made HTML.
() => {
  const find = (selector) => document.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const AT_ONCE = 3, ROWS = 40, TOGETHER = 50;

  // --- which files -------------------------------------------------------------------------------------
  const area = () => find('#drop .drop');
  const suffix = (name) => {
    const at = name.lastIndexOf('.');
    return at > 0 ? name.slice(at).replace(/[A-Z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 32)) : '';
  };
  const readable = (name) => area().dataset.kinds.split(',').includes(suffix(name));
  const passedOver = (path) => path.split('/').some((part) => part.startsWith('.') || area().dataset.passedOver.split(',').includes(part));

  const below = (entry) => new Promise((resolve) => { // the files of a folder that was dropped
    if (entry.isFile) {
      entry.file((file) => resolve([{ file, name: entry.fullPath.replace(/^\//, '') }]), () => resolve([]));
      return;
    }
    const reader = entry.createReader();
    const found = [];
    const read = () => reader.readEntries(async (entries) => { // gives a part of them each time
      if (!entries.length) { resolve(found); return; }
      for (const one of entries) found.push(...await below(one));
      read();
    }, () => resolve(found));
    read();
  });

  const choose = (wanted, folder) => {
    const files = folder ? wanted.filter((one) => readable(one.name) && !passedOver(one.name)) : wanted;
    if (folder && files.length < wanted.length) {
      line({ name: area().dataset.skipped.replace('{count}', wanted.length - files.length) }, 'note');
    }
    for (const one of files) {
      const job = { ...one, row: null };
      if (!readable(one.name)) refuse(job, area().dataset.unknown);
      else if (one.file.size > Number(area().dataset.max)) refuse(job, area().dataset.tooLarge);
      else waiting.push(job);
    }
    pump();
  };

  // --- what the list shows while they are sent -----------------------------------------------------------
  const line = (job, kind) => {
    const row = document.createElement('li');
    row.className = kind;
    for (const name of ['mark', 'name', 'said']) {
      const part = document.createElement(name === 'mark' ? 'i' : 'span');
      if (name !== 'mark') part.className = name;
      row.append(part);
    }
    row.querySelector('.name').textContent = job.name;
    find('#drop .sending').append(row);
    while (find('#drop .sending').children.length > ROWS) find('#drop .sending').firstElementChild.remove();
    return row;
  };
  const refuse = (job, why) => {
    job.row ??= line(job, 'bad');
    job.row.className = 'bad';
    job.row.querySelector('.said').textContent = why;
  };
  const show = (job, share) => {
    job.row.style.setProperty('--share', `${Math.round(100 * share)}%`);
    job.row.querySelector('.said').textContent = share < 1 ? `${area().dataset.sending} · ${Math.round(100 * share)} %` : area().dataset.waiting;
  };

  // --- sending --------------------------------------------------------------------------------------------
  const waiting = [], sent = [];
  let running = 0, telling = null;
  const send = (job) => {
    running += 1;
    job.row = line(job, 'busy');
    const form = new FormData();
    // Under a name of its own, since two files of a folder may have the same name and content.
    form.append('files', job.file, `${Date.now()}-${Math.random().toString(36).slice(2)}${suffix(job.name)}`);
    const request = new XMLHttpRequest();
    request.open('POST', new URL('gradio_api/upload', document.baseURI.split('?')[0]));
    request.upload.onprogress = (event) => { if (event.lengthComputable) show(job, Math.min(0.99, event.loaded / event.total)); };
    request.onloadend = () => {
      running -= 1;
      let path = null;
      try { if (request.status === 200) path = JSON.parse(request.responseText)[0]; } catch { /* told below */ }
      if (path) { show(job, 1); sent.push({ job, path }); tell(); }
      else refuse(job, request.status === 413 ? area().dataset.tooLarge : area().dataset.failed);
      pump();
    };
    request.send(form);
  };
  const pump = () => {
    while (running < AT_ONCE && waiting.length) send(waiting.shift());
  };
  // The server is told of the files that have come, of one lot after the other: each answer draws the list.
  const tell = () => {
    if (telling || !sent.length) return;
    const lot = sent.splice(0, TOGETHER);
    telling = { lot, timer: setTimeout(told, 15000) };
    area().dispatchEvent(new CustomEvent('send', { bubbles: true, detail: { files: lot.map(({ job, path }) => ({ path, name: job.name })) } }));
  };
  const told = () => {
    if (!telling) return;
    clearTimeout(telling.timer);
    for (const { job } of telling.lot) job.row.remove();
    telling = null;
    tell();
  };
  // The tray is drawn for other reasons, too: the answer to a lot is there when its stamp is a new one.
  let answered;
  new MutationObserver(() => {
    const stamp = find('#tray [data-stamp]')?.dataset.stamp;
    if (!stamp || stamp === answered) return;
    answered = stamp;
    told();
  }).observe(find('#tray'), { childList: true, subtree: true, attributes: true, attributeFilter: ['data-stamp'] });

  document.addEventListener('click', (event) => {
    if (event.target.closest?.('.pick-files')) find('#drop input[type=file]').click();
    else if (event.target.closest?.('.pick-folder')) find('#drop input[webkitdirectory]').click();
    else if (event.target.closest?.('[data-action=clear]')) find('#drop .sending').replaceChildren();
  });
  document.addEventListener('change', (event) => {
    const input = event.target;
    if (!input.matches?.('#drop input[type=file]')) return;
    const folder = input.webkitdirectory;
    choose([...input.files].map((file) => ({ file, name: (folder && file.webkitRelativePath) || file.name })), folder);
    input.value = '';
  });
  const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes('Files');
  const isHere = () => find('[data-view]')?.dataset.view === 'documents';
  document.addEventListener('dragover', (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault(); // else the browser leaves the page to show the file
    if (isHere()) area()?.classList.add('over');
  });
  document.addEventListener('dragleave', (event) => { if (!event.relatedTarget) area()?.classList.remove('over'); });
  document.addEventListener('drop', async (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    area()?.classList.remove('over');
    if (!isHere()) return;
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (!entries.length) {
      choose([...event.dataTransfer.files].map((file) => ({ file, name: file.name })), false);
      return;
    }
    for (const entry of entries) choose(await below(entry), entry.isDirectory);
  });

  // --- the focus, where a part is drawn again, and the preview --------------------------------------------
  const FIELDS = ['action', 'only', 'head', 'page', 'id', 'days', 'first'];
  let last = null; // what was clicked last, as a selector that finds it again
  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('#documents [data-action], #quality [data-action], #preview [data-action]');
    if (!button) return;
    last = FIELDS.filter((name) => name in button.dataset).map((name) => `[data-${name}="${CSS.escape(button.dataset[name])}"]`).join('');
  }, true);
  const refocus = (part) => {
    if (!last || document.activeElement !== document.body) return;
    (find(`${part} ${last}:not(:disabled)`) ?? find(`${part} [data-action]`))?.focus({ preventScroll: true });
  };
  for (const part of ['#documents', '#quality'])
    new MutationObserver(() => refocus(part)).observe(find(part), { childList: true, subtree: true });
  let opener = null; // the row whose document is previewed
  new MutationObserver(() => {
    const panel = find('#preview .preview');
    if (panel) {
      opener = opener ?? last;
      panel.focus({ preventScroll: true });
    } else if (opener) {
      find(`#documents ${opener}`)?.focus({ preventScroll: true });
      opener = null;
    }
  }).observe(find('#preview'), { childList: true, subtree: true });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') find('#preview [data-action=shut]')?.click();
  });
}
