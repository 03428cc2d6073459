const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0x82f63b78 : sum >>> 1;
  return sum >>> 0;
});

/** The checksum that Cloud Storage shows: CRC32C in big-endian order, as Base64. @see https://www.rfc-editor.org/rfc/rfc4960#appendix-B */
export function crc32c(content: Uint8Array): string {
  let sum = 0xffff_ffff;
  for (const byte of content) sum = table[(sum ^ byte) & 0xff]! ^ (sum >>> 8);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(~sum >>> 0);
  return bytes.toString('base64');
}
