/** The parts of `qrcode` that draw an SVG: its door brings PNG and the terminal along, which nothing here needs. */
declare module 'qrcode/lib/core/qrcode.js' {
  const core: { create: typeof import('qrcode').create };
  export default core;
}

declare module 'qrcode/lib/renderer/svg-tag.js' {
  const renderer: { render(code: import('qrcode').QRCode, options: { margin: number }): string };
  export default renderer;
}
