'use strict';
/* Runs in the page of a fleet's report: filters, theme, links to details. The page reads the same without it. */
(() => {
  const root = document.documentElement;
  root.classList.add('js');
  const theme = document.getElementById('theme');
  const isDark = () =>
    (root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
  const labelTheme = () => {
    theme.textContent = isDark() ? 'Light' : 'Dark';
  };
  theme.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    labelTheme();
  });
  labelTheme();

  /* A link to a finding opens it. */
  const openTarget = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target instanceof HTMLDetailsElement) {
      target.open = true;
      target.scrollIntoView();
      target.querySelector('summary').focus();
    }
  };
  addEventListener('hashchange', openTarget);
  openTarget();

  const form = document.getElementById('filters');
  if (form === null) return;
  const matrix = document.querySelector('.matrix');
  const heads = Array.from(matrix.tHead.rows[0].cells).slice(1);
  const columns = heads.map((cell) => ({ cell, text: `${cell.textContent} ${cell.title}`.toLowerCase() }));
  const rows = Array.from(matrix.tBodies[0].rows, (row) => ({
    row,
    text: row.cells[0].textContent.toLowerCase(),
    groups: row.dataset.groups.split('\n'),
  }));
  const details = new Map(Array.from(document.querySelectorAll('.finding'), (element) => [`#${element.id}`, element]));
  const count = document.getElementById('matrix-count');
  const group = document.getElementById('group');

  const words = (id) => document.getElementById(id).value.toLowerCase().split(/\s+/).filter(Boolean);
  const chosen = (name) =>
    new Set(Array.from(form.querySelectorAll(`input[name=${name}]:checked`), (box) => box.value));

  function apply() {
    const machineWords = words('machines');
    const checkWords = words('checks');
    const severities = chosen('severity');
    const outcomes = chosen('outcome');
    let shownColumns = 0;
    columns.forEach(({ cell, text }, index) => {
      const isShown =
        severities.has(cell.dataset.severity) &&
        outcomes.has(cell.dataset.outcome) &&
        checkWords.every((word) => text.includes(word));
      if (isShown) shownColumns += 1;
      if (cell.classList.toggle('out', !isShown) !== columns[index].isOut) {
        columns[index].isOut = !isShown;
        for (const { row } of rows) row.cells[index + 1].classList.toggle('out', !isShown);
      }
      details.get(cell.querySelector('a').getAttribute('href'))?.classList.toggle('out', !isShown);
    });
    let shownRows = 0;
    for (const { row, text, groups } of rows) {
      const isInGroup = !group?.value || groups.includes(group.value);
      const isShown = isInGroup && machineWords.every((word) => text.includes(word));
      row.classList.toggle('out', !isShown);
      if (isShown) shownRows += 1;
    }
    count.textContent = `${shownRows} of ${rows.length} machines, ${shownColumns} of ${columns.length} findings`;
  }
  form.addEventListener('input', apply);
  form.addEventListener('submit', (event) => event.preventDefault());
  apply();
})();
