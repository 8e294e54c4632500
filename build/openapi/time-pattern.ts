/** What parseTime reads, but for the days and hours that there are not: for the reference. */
export const TIME_PATTERN =
  '^\\s*\\d{4}[-/]\\d\\d[-/]\\d\\d(?:[Tt ]\\d{1,2}:\\d\\d(?::\\d\\d(?:[.,]\\d+)?)? ?(?:(?:[Zz]|UTC|[+-]\\d\\d(?::?\\d\\d)?)(?:\\[[\\w+/-]+\\])?)?)?\\s*$';
