/** The character that comes last: what begins with a text is smaller than the text with this at its end. */
export const lastCharacter = '\u{10FFFF}';
