/** Sleep that anybody may end; whoever is woken before it sleeps does not sleep at all. */
export class Waking {
  #woken = false;
  #wake: () => void = () => undefined;

  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  /** What has woken us so far is being looked at. */
  begin(): void {
    this.#woken = false;
  }

  async sleep(): Promise<void> {
    if (this.#woken) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = () => undefined;
  }
}
