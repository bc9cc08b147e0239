// The native server as the JavaScript side of its tables calls it.
/** What a link needs of the native server it belongs to. */
export interface NativeSide {
  /** Takes the answer rows so far, with their text and bodies by reference. */
  takeAnswers(text: string): void;
  /** The long body of an unanswered request. */
  bodyText(slot: number, generation: number, sequence: number): string | undefined;
  /** The same, as bytes of its own. */
  bodyBytes(slot: number, generation: number, sequence: number): Uint8Array | undefined;
  /** The address of a connection's peer. */
  peerAddress(slot: number, generation: number): string | undefined;
  /** Whether a connection is encrypted. */
  peerIsSecure(slot: number, generation: number): boolean;
  /** Has events of a request told with this token, 0 for no longer; `false` when it is over. */
  watch(slot: number, generation: number, sequence: number, token: number): boolean;
  /** What there is of a body that is read while it arrives; see `exchange.ts`. */
  readBody(slot: number, generation: number, sequence: number): Uint8Array | number;
  /** Writes bytes of an answer that is written step by step. */
  writeBody(slot: number, generation: number, sequence: number, bytes: Uint8Array): number;
  /** Ends such an answer. */
  endBody(slot: number, generation: number, sequence: number): number;
  /** Gives such an answer up. */
  breakBody(slot: number, generation: number, sequence: number): void;
  /** Begins or ends keeping rows of finished requests. */
  observe(watches: boolean): void;
  /** The rows since the last time. */
  takeFinished(): Uint8Array | undefined;
  /** Tells that there are answers, when nobody else will look for them. */
  onAnswer(): void;
}
