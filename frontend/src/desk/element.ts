/** Base of the desk's elements: in the page itself (light DOM), so that the shared styles apply; drawn anew when the desk changes. */
import { LitElement } from "lit";
import { type Desk } from "./desk";

export abstract class DeskElement extends LitElement {
  desk!: Desk;
  private unwatch: (() => void) | null = null;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.unwatch = this.desk.watch(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unwatch?.();
  }
}
