import sharp from 'sharp'

export async function svgToJpeg(svg: string, quality: number): Promise<Uint8Array> {
  return await sharp(Buffer.from(svg)).jpeg({ quality }).toBuffer()
}
