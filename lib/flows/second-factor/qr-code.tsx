/** White modules around the code, as ISO/IEC 18004 asks for. */
const margin = 4;

/** An address as a QR code with a label that is read aloud, drawn in the page itself: our Content-Security-Policy lets no other image in. */
export async function qrCodeOf(uri: string, label: string) {
  // Loaded when first needed: one page of all draws one.
  const [{ default: core }, { default: renderer }] = await Promise.all([
    import('qrcode/lib/core/qrcode.js'),
    import('qrcode/lib/renderer/svg-tag.js'),
  ]);
  const svg = renderer.render(core.create(uri, { errorCorrectionLevel: 'M' }), { margin });
  return (
    <div
      class="qr-code"
      role="img"
      aria-label={label}
      // The library draws it of numbers alone.
      dangerouslySetInnerHTML={{ __html: svg }}
    />
  );
}
