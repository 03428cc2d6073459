// Runs before the first paint, so that a chosen theme never flashes in the other one. No inline script: the policy forbids them.
try {
  const theme = localStorage.getItem('portolan.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is refused: the system's theme it is.
}
