import type { RadioRead } from './pass.ts'

/** What the readers really send: Zebra IoT Connector and Impinj IoT Device Interface. */

/** Zebra writes the offset without a colon. */
export function zebraTime(atMs: number): string {
  return new Date(atMs).toISOString().replace('Z', '+0000')
}

export function zebraEvent(
  read: RadioRead,
  about: { type: 'PORTAL' | 'INVENTORY'; eventNum: number; hostName: string },
): unknown {
  return {
    type: about.type,
    timestamp: zebraTime(read.atMs),
    data: {
      antenna: read.antenna,
      eventNum: about.eventNum,
      format: 'epc',
      // Upper case in Zebra's pages, lower case on the wire.
      idHex: read.epc.toLowerCase(),
      peakRssi: Math.round(read.rssiCdbm / 100),
      reads: 1,
      hostName: about.hostName,
    },
  }
}

export function zebraHeartbeat(atMs: number, eventNum: number, tagReads: number): unknown {
  return {
    component: 'RG',
    data: {
      radio_control: {
        antennas: { '1': 'connected', '2': 'connected', '3': 'connected', '4': 'connected' },
        numTagReads: tagReads,
        radioActivity: 'active',
        radioConnection: 'connected',
        status: 'running',
      },
      reader_gateway: {
        dataPathStatistics: [{ numDataMessagesDropped: 0, numDataMessagesRetained: 0 }],
      },
      system: { flash: null, ntp: { offset: -1, reach: 377 }, systemtime: zebraTime(atMs) },
    },
    eventNum,
    timestamp: zebraTime(atMs),
    type: 'heartbeat',
  }
}

/** Impinj's default event: base64url EPC, nanoseconds, no event number, no host name. */
export function impinjEvent(read: RadioRead): unknown {
  const epc = Buffer.from(read.epc, 'hex')
  const tid = Buffer.concat([Buffer.from('E2801191', 'hex'), epc.subarray(-8)])
  const nanoseconds = String(200_000 + (read.atMs % 700) * 1_000 + read.antenna * 61).padStart(
    6,
    '0',
  )
  return {
    timestamp: new Date(read.atMs).toISOString().replace('Z', `${nanoseconds}Z`),
    eventType: 'tagInventory',
    tagInventoryEvent: {
      epc: epc.toString('base64url'),
      tid: tid.toString('base64url'),
      antennaPort: read.antenna,
      transmitPowerCdbm: 3_000,
      peakRssiCdbm: read.rssiCdbm,
      frequency: 866_900,
    },
  }
}

export function impinjStatus(atMs: number): unknown {
  return {
    timestamp: new Date(atMs).toISOString(),
    eventType: 'inventoryStatus',
    inventoryStatusEvent: { status: 'running' },
  }
}
