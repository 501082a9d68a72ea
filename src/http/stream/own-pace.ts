const own = new WeakSet<object>()

/**
 * While a message is in here, whoever reads it watches over its pace, and the server's time for a whole request does
 * not cut it.
 */
export const ownPace = {
  begin (message: object): void { own.add(message) },
  end (message: object): void { own.delete(message) },
  has (message: object | undefined): boolean { return message !== undefined && own.has(message) }
}
