import type { BrowserContext } from 'playwright-core'

/**
 * Gives a browser a screen to share: slides that are drawn in the page. Chromium's fake devices include the screen,
 * and theirs is a green test picture.
 */
export async function useSlides(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const rows = [
      ['Chỉ tiêu (số liệu mẫu)', 'Tháng 10', 'Tháng 11'],
      ['Hồ sơ tiếp nhận', '41.208', '43.570'],
      ['Giải quyết đúng hạn', '97,6%', '98,2%'],
      ['Nộp hồ sơ trực tuyến', '88,1%', '90,4%'],
    ]
    const draw = (paint: CanvasRenderingContext2D, frame: number): void => {
      const write = (
        text: string,
        x: number,
        y: number,
        size: number,
        colour: string,
        weight = 400,
      ): void => {
        paint.font = `${weight} ${size}px "Be Vietnam Pro", "DejaVu Sans", sans-serif`
        paint.fillStyle = colour
        paint.fillText(text, x, y)
      }
      paint.fillStyle = '#ffffff'
      paint.fillRect(0, 0, 1280, 720)
      paint.fillStyle = '#0b5a8f'
      paint.fillRect(0, 0, 1280, 12)
      write('Tình hình giải quyết thủ tục hành chính', 72, 118, 44, '#14283a', 600)
      write('Báo cáo tháng 11 của Văn phòng (mẫu)', 72, 168, 26, '#5a6875')
      rows.forEach(([what = '', before = '', now = ''], row) => {
        const y = 262 + row * 76
        write(what, 72, y, 30, row === 0 ? '#5a6875' : '#14283a')
        write(before, 780, y, 30, row === 0 ? '#5a6875' : '#14283a')
        write(now, 1030, y, 30, row === 0 ? '#5a6875' : '#0b5a8f', row === 0 ? 400 : 600)
        paint.fillStyle = '#d8e0e6'
        paint.fillRect(72, y + 26, 1136, 2)
      })
      paint.fillStyle = '#e3ebf1'
      paint.fillRect(72, 600, 1136, 26)
      paint.fillStyle = '#0b5a8f'
      paint.fillRect(72, 600, 1136 * Math.min(0.982, frame / 90), 26)
      write(`Khung ${frame}`, 72, 676, 20, '#5a6875')
    }
    navigator.mediaDevices.getDisplayMedia = () => {
      const canvas = document.createElement('canvas')
      canvas.width = 1280
      canvas.height = 720
      const paint = canvas.getContext('2d')
      if (!paint) return Promise.reject(new DOMException('no canvas', 'NotFoundError'))
      let frame = 0
      draw(paint, frame)
      const stream = canvas.captureStream(15)
      const timer = setInterval(() => {
        if (stream.getTracks().every((track) => track.readyState === 'ended')) clearInterval(timer)
        else draw(paint, (frame += 1))
      }, 1000 / 15)
      return Promise.resolve(stream)
    }
  })
}
