;; Counts the words of a text. The ABI is the one of packages/sandbox/WASM.md: input and result are JSON.
(module
  (import "agentmesh" "fail" (func $fail (param i32 i32)))
  (memory (export "memory") 1)

  (data (i32.const 0) "expected a text to count the words of")
  (data (i32.const 64) "{\22words\22:")

  ;; Everything below 1024 is constant; above, memory is given away and never taken back: an instance lives for one call.
  (global $free (mut i32) (i32.const 1024))

  (func $abi (export "agentmesh_abi") (result i32)
    (i32.const 1))

  (func $alloc (export "agentmesh_alloc") (param $size i32) (result i32)
    (local $start i32)
    (local.set $start (global.get $free))
    (global.set $free (i32.add (local.get $start) (local.get $size)))
    (if (i32.gt_u (global.get $free) (i32.shl (memory.size) (i32.const 16)))
      (then
        (if (i32.eq
              (memory.grow (i32.add (i32.shr_u (local.get $size) (i32.const 16)) (i32.const 1)))
              (i32.const -1))
          (then (unreachable)))))
    (local.get $start))

  ;; Space, tab, line feed or carriage return.
  (func $is_space (param $byte i32) (result i32)
    (i32.or
      (i32.eq (local.get $byte) (i32.const 0x20))
      (i32.lt_u (i32.sub (local.get $byte) (i32.const 0x09)) (i32.const 5))))

  ;; The byte after a backslash: \n, \r and \t are spaces, whatever else is part of a word.
  (func $is_escaped_space (param $byte i32) (result i32)
    (i32.or
      (i32.eq (local.get $byte) (i32.const 0x6e))
      (i32.or
        (i32.eq (local.get $byte) (i32.const 0x72))
        (i32.eq (local.get $byte) (i32.const 0x74)))))

  (func $count_words (param $at i32) (param $end i32) (result i32)
    (local $words i32)
    (local $in_word i32)
    (local $is_space i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x5c))
          (then
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (local.set $is_space (call $is_escaped_space (i32.load8_u (local.get $at)))))
          (else
            (local.set $is_space (call $is_space (i32.load8_u (local.get $at))))))
        (if (i32.and (i32.eqz (local.get $is_space)) (i32.eqz (local.get $in_word)))
          (then (local.set $words (i32.add (local.get $words) (i32.const 1)))))
        (local.set $in_word (i32.eqz (local.get $is_space)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (local.get $words))

  ;; {"words":N}, written from its end; the address in the upper half, the length in the lower.
  (func $result (param $words i32) (result i64)
    (local $start i32)
    (local $end i32)
    (local.set $end (i32.add (call $alloc (i32.const 32)) (i32.const 31)))
    (local.set $start (local.get $end))
    (i32.store8 (local.get $start) (i32.const 0x7d))
    (loop $digit
      (local.set $start (i32.sub (local.get $start) (i32.const 1)))
      (i32.store8
        (local.get $start)
        (i32.add (i32.rem_u (local.get $words) (i32.const 10)) (i32.const 0x30)))
      (local.set $words (i32.div_u (local.get $words) (i32.const 10)))
      (br_if $digit (local.get $words)))
    (local.set $start (i32.sub (local.get $start) (i32.const 9)))
    (memory.copy (local.get $start) (i32.const 64) (i32.const 9))
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get $start)) (i64.const 32))
      (i64.extend_i32_u (i32.add (i32.sub (local.get $end) (local.get $start)) (i32.const 1)))))

  (func $count (export "count") (param $input i32) (param $length i32) (result i64)
    (if (i32.or
          (i32.lt_u (local.get $length) (i32.const 2))
          (i32.ne (i32.load8_u (local.get $input)) (i32.const 0x22)))
      (then
        (call $fail (i32.const 0) (i32.const 37))
        (unreachable)))
    (call $result
      (call $count_words
        (i32.add (local.get $input) (i32.const 1))
        (i32.sub (i32.add (local.get $input) (local.get $length)) (i32.const 1))))))
