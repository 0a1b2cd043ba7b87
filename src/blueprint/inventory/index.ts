export type { Inventory, InventoryHost } from './inventory.ts';
export { loadInventory } from './load-inventory.ts';
export { readPatternFiles } from './pattern-files.ts';
export { selectHosts } from './select.ts';
