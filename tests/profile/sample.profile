samrena-profile 1
label "frame" arenas 40 rounds 40 most 3000000 calls 80 avoided 0 regretted 10023424
sizes 3145728 40
label "json.parse" arenas 40 rounds 40 most 21952 calls 56 avoided 0 regretted 169472
sizes 20480 20 22528 15
label "small" arenas 40 rounds 40 most 2048 calls 40 avoided 0 regretted 81920
sizes 2048 40
label "two \x22humps\x22" arenas 40 rounds 40 most 200000 calls 132 avoided 0 regretted 3483648
sizes 6144 24 212992 16
end 4 0f71c2383505d013
