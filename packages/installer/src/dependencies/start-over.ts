/** Thrown out of a search when something was found out that changes the question; the next round knows it. */
export class StartOver extends Error {}
