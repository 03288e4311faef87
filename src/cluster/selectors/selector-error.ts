/** A selector that the API server would refuse with 400; the message is the server's. */
export class SelectorError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SelectorError';
  }
}
