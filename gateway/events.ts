/** What the gateway tells the page (server-sent events) and MQTT subscribers, after commit only. */
export type GatewayEvent =
  | {
      readonly type: 'movement'
      readonly sequence: number
      readonly kind: string
      readonly sku: string
      readonly quantity: string
      readonly from: string
      readonly to: string
      readonly occurredAtMs: number
      readonly because: string
    }
  | {
      readonly type: 'review'
      readonly id: number
      readonly key: string
      readonly kind: string
      readonly question: string
    }
  | { readonly type: 'review-closed'; readonly id: number }
  | {
      readonly type: 'alert'
      readonly key: string
      readonly atMs: number
      readonly text: string
      /** The SKU whose shelf a picture shows beside it, where one exists. */
      readonly sku?: string
    }
  | {
      readonly type: 'quarantined'
      readonly device: string
      readonly code: string
      readonly message: string
    }
  | {
      /** A frame has been looked at and what it changed is committed. */
      readonly type: 'frame'
      readonly camera: string
      readonly atMs: number
      readonly outcome: 'usable' | 'unusable' | 'dropped' | 'duplicate'
      readonly detail: string
    }
  | {
      readonly type: 'batch'
      readonly destination: string
      readonly number: number
      readonly state: 'sealed' | 'acknowledged' | 'retrying'
      readonly detail: string
    }
  | {
      readonly type: 'authority'
      readonly device: string
      readonly movement: string
      readonly level: string
    }
  | { readonly type: 'planogram' }
  /** What a delivery is expected to bring, or what was seen of it, has changed. */
  | { readonly type: 'receiving'; readonly delivery: string }
  | { readonly type: 'store'; readonly state: 'writable' | 'refusing'; readonly detail: string }
