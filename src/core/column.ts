/** Puts a column of numbers at the start of a longer one that was made for it. */
export function inLonger<Column extends Int32Array | Float64Array>(column: Column, made: Column): Column {
  made.set(column);
  return made;
}
