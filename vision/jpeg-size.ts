/** ITU-T T.81 table B.1: the frame headers are SOF0 to SOF15, but for DHT, JPG and DAC among them. */
const NO_FRAME = new Set([0xc4, 0xc8, 0xcc])
const APP1 = 0xe1
/** "Exif" */
const EXIF = [0x45, 0x78, 0x69, 0x66]

/**
 * Width and height by the frame header, without asking the image library, which takes half a
 * millisecond and a thread for it. Null when it must be asked: no JPEG, an odd one, or one with Exif
 * data, which may say that the picture lies on its side. Pure.
 */
export function jpegSize(
  picture: Uint8Array,
): { readonly width: number; readonly height: number } | null {
  let at = picture[0] === 0xff && picture[1] === 0xd8 ? 2 : picture.length
  while (at + 9 < picture.length) {
    if (picture[at] !== 0xff) return null
    const marker = picture[at + 1] ?? 0
    if (marker === APP1 && isExif(picture, at + 4)) return null
    if (isFrame(marker)) {
      const [height, width] = [word(picture, at + 5), word(picture, at + 7)]
      return width > 0 && height > 0 ? { width, height } : null
    }
    at += 2 + word(picture, at + 2)
  }
  return null
}

function isExif(bytes: Uint8Array, at: number): boolean {
  return EXIF.every((byte, index) => bytes[at + index] === byte)
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && !NO_FRAME.has(marker)
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}
