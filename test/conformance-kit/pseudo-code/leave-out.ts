/**
 * Leaves a piece out of pseudo-code.
 *
 * @param piece undefined leaves out nothing
 * @throws where the piece is not in it exactly once
 */
export function leaveOut(block: string, piece: string | undefined): string {
  if (piece === undefined) {
    return block;
  }
  const [before, after, ...others] = block.split(piece);
  if (before === undefined || after === undefined || others.length > 0) {
    throw new Error(`the pseudo-code does not have ${JSON.stringify(piece)} once`);
  }
  return before + after;
}
