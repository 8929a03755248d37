export { FairmotError, type FairmotErrorKind } from './error.js';
