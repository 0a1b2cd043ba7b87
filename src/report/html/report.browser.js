'use strict';
/* Runs in the page of a report: filter, search, theme, copy. The page reads the same without it. */
(() => {
  const root = document.documentElement;
  const form = document.getElementById('filters');
  const count = document.getElementById('count');
  const nothing = document.getElementById('nothing');
  const expand = document.getElementById('expand');
  const theme = document.getElementById('theme');
  const groups = Array.from(document.querySelectorAll('.domain'), (element) => ({
    element,
    rows: Array.from(element.querySelectorAll('.finding'), (row) => ({ row, isShown: true, text: null })),
  }));
  const total = groups.reduce((sum, group) => sum + group.rows.length, 0);
  const boxes = Array.from(form.querySelectorAll('input[type=checkbox]'));
  let isScheduled = false;

  /* A link to one finding is "#finding/…", the state of the filters is "#?…". */
  const STATE = '#?';

  function chosen(name) {
    return new Set(boxes.filter((box) => box.name === name && box.checked).map((box) => box.value));
  }

  function matchesWords(entry, words) {
    if (words.length === 0) return true;
    entry.text ??= entry.row.textContent.toLowerCase();
    return words.every((word) => entry.text.includes(word));
  }

  function applyFilters() {
    isScheduled = false;
    const outcomes = chosen('outcome');
    const severities = chosen('severity');
    const domain = form.elements.domain?.value ?? '';
    const words = form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { element, rows } of groups) {
      let shownHere = 0;
      const isWanted = domain === '' || element.dataset.domain === domain;
      for (const entry of rows) {
        const { outcome, severity } = entry.row.dataset;
        const isShown = isWanted && outcomes.has(outcome) && severities.has(severity) && matchesWords(entry, words);
        if (isShown !== entry.isShown) {
          entry.isShown = isShown;
          entry.row.classList.toggle('out', !isShown);
        }
        if (isShown) shownHere += 1;
      }
      element.classList.toggle('out', shownHere === 0);
      shown += shownHere;
    }
    count.textContent = shown === total ? `All ${total} findings` : `${shown} of ${total} findings`;
    nothing.hidden = shown > 0;
    labelExpand();
  }

  function scheduleFilters() {
    if (isScheduled) return;
    isScheduled = true;
    requestAnimationFrame(applyFilters);
  }

  function saveState() {
    const state = new URLSearchParams();
    for (const name of ['outcome', 'severity']) {
      const own = boxes.filter((box) => box.name === name);
      if (own.some((box) => box.checked !== box.defaultChecked)) state.set(name, [...chosen(name)].join(','));
    }
    if (form.elements.domain?.value) state.set('domain', form.elements.domain.value);
    if (form.elements.q.value) state.set('q', form.elements.q.value);
    const text = state.toString();
    history.replaceState(null, '', text === '' ? location.pathname + location.search : STATE + text);
  }

  function loadState() {
    form.reset();
    if (location.hash.startsWith(STATE)) {
      const state = new URLSearchParams(location.hash.slice(STATE.length));
      for (const box of boxes) {
        const values = state.get(box.name);
        if (values !== null) box.checked = values.split(',').includes(box.value);
      }
      form.elements.q.value = state.get('q') ?? '';
      if (form.elements.domain) {
        form.elements.domain.value = state.get('domain') ?? '';
        if (form.elements.domain.selectedIndex < 0) form.elements.domain.value = '';
      }
    }
    const target = linkedFinding();
    if (target !== null) showAll();
    applyFilters();
    if (target !== null) {
      target.open = true;
      target.scrollIntoView();
    }
  }

  function linkedFinding() {
    if (!location.hash.startsWith('#finding')) return null;
    try {
      return document.getElementById(decodeURIComponent(location.hash.slice(1)));
    } catch {
      return null;
    }
  }

  function showAll() {
    for (const box of boxes) box.checked = true;
    form.elements.q.value = '';
    if (form.elements.domain) form.elements.domain.value = '';
  }

  function shownRows() {
    return groups.flatMap(({ rows }) => rows.filter((entry) => entry.isShown).map((entry) => entry.row));
  }

  function labelExpand() {
    const rows = shownRows();
    const isOpen = rows.length > 0 && rows.every((row) => row.open);
    expand.textContent = isOpen ? 'Collapse' : 'Expand';
  }

  function isDark() {
    return (root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
  }

  function labelTheme() {
    theme.textContent = isDark() ? 'Light' : 'Dark';
    theme.setAttribute('aria-label', isDark() ? 'Use light colours' : 'Use dark colours');
  }

  function selectText(element) {
    const range = document.createRange();
    range.selectNodeContents(element);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }

  async function copyIdentifier(button) {
    const code = button.parentElement.querySelector('code');
    selectText(code);
    try {
      await navigator.clipboard.writeText(code.textContent);
      count.textContent = `Copied ${code.textContent}`;
      button.textContent = 'Copied';
    } catch {
      count.textContent = 'The identifier is selected; copy it with the keyboard.';
      button.textContent = 'Selected';
    }
  }

  root.classList.add('js');
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', () => {
    saveState();
    scheduleFilters();
  });
  form.addEventListener('reset', () => {
    setTimeout(() => {
      saveState();
      applyFilters();
    });
  });
  document.getElementById('all').addEventListener('click', () => {
    showAll();
    saveState();
    applyFilters();
  });
  expand.addEventListener('click', () => {
    const rows = shownRows();
    const shouldOpen = !rows.every((row) => row.open);
    for (const row of rows) row.open = shouldOpen;
    labelExpand();
  });
  theme.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    labelTheme();
  });
  document.addEventListener('click', (event) => {
    const button = event.target.closest('.copy');
    if (button !== null) copyIdentifier(button).catch(reportError);
  });
  addEventListener('hashchange', loadState);

  /* Browsers without ::details-content print closed details closed. */
  let closedBeforePrint = [];
  addEventListener('beforeprint', () => {
    closedBeforePrint = Array.from(document.querySelectorAll('.finding:not([open])'));
    for (const row of closedBeforePrint) row.open = true;
  });
  addEventListener('afterprint', () => {
    for (const row of closedBeforePrint) row.open = false;
  });

  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', labelTheme);
  labelTheme();
  loadState();
})();
