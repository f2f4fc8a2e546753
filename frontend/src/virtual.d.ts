declare module "virtual:icons" {
  /** Name to the inner drawing (24 by 24, stroked). */
  const icons: Record<string, string>;
  export default icons;
}
