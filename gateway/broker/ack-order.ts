/**
 * Aedes runs the publish hook concurrently even for one client and writes PUBACKs in the order
 * the callbacks return, but [MQTT-4.6.0-2] wants them in the order of the PUBLISHes. All
 * acknowledgements of one client leave through one of these.
 */
export interface AckOrder {
  /** Reserves the next place; the returned function gives its answer once. */
  reserve(answer: (error: Error | null) => void): (error: Error | null) => void
}

interface Place {
  answered: boolean
  error: Error | null
  readonly answer: (error: Error | null) => void
}

export function createAckOrder(): AckOrder {
  const places: Place[] = []
  const leave = () => {
    for (let first = places[0]; first?.answered; first = places[0]) {
      places.shift()
      first.answer(first.error)
    }
  }
  return {
    reserve(answer) {
      const place: Place = { answered: false, error: null, answer }
      places.push(place)
      return (error) => {
        if (place.answered) return
        place.answered = true
        place.error = error
        leave()
      }
    },
  }
}
