/**
 * The service's own face: its colour and its logo. This file is the one to edit.
 *
 * `npm test` says which colour cannot be read by everybody, and what to do (test/web/page/brand.test.ts).
 */
export const brand = {
  /** Of links, buttons and marks, in each theme, as `#rrggbb`. */
  accent: {
    light: '#3347c6',
    dark: '#a3b1ff',
  },
  /** Of the text on a button in that colour. */
  onAccent: {
    light: '#ffffff',
    dark: '#12163a',
  },
  /**
   * The logo beside the name, which stands in every page: keep it to a few kilobytes. An SVG file's text, without a
   * script and without attributes `style`, where `currentColor` is the accent; or a PNG file in base64, as
   * `data:image/png;base64,…`, three times as high as the 24 pixels that it is shown at. `null` is the mark that comes
   * with the pages.
   */
  logo: null as string | null,
};
